/* SPDX-License-Identifier: MIT */
/* spend.c - targets that use much: CPU time, wall time, memory, disk, threads. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long work;

static void *spin(void *argument)
{
    (void)argument;
    for (;;)
        work++;
    return NULL;
}

static void *wait_here(void *argument)
{
    (void)argument;
    for (;;)
        pause();
    return NULL;
}

/* cpu [THREADS] */
static int cpu(int argc, char **argv)
{
    const long threads = number_of(argc, argv, 1, 1);
    pthread_t thread;

    for (long i = 1; i < threads; i++)
        if (pthread_create(&thread, NULL, spin, NULL) != 0)
            return 1;
    spin(NULL);
    return 0;
}

static int cpu_deaf(int argc, char **argv)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
    return cpu(argc, argv);
}

/* Short threads, one after the other: each is dead before anyone could look. */
static void *spin_a_little(void *argument)
{
    (void)argument;
    for (long i = 0; i < 2000000; i++)
        work++;
    return NULL;
}

static int cpu_by_short_threads(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    for (;;) {
        if (pthread_create(&thread, NULL, spin_a_little, NULL) != 0)
            return 1;
        pthread_join(thread, NULL);
    }
}

/* System time instead of user time. */
static int cpu_in_kernel(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (;;)
        (void)getppid();
    return 0;
}

static int sleep_long(int argc, char **argv)
{
    struct timespec left = {.tv_sec = number_of(argc, argv, 1, 3600)};

    while (nanosleep(&left, &left) != 0)
        ;
    return 0;
}

/* Blocked in a read of its own pipe. */
static int block(int argc, char **argv)
{
    int ends[2];
    char byte;

    (void)argc;
    (void)argv;
    if (pipe(ends) != 0)
        return 1;
    return read(ends[0], &byte, 1) == 1;
}

/* fork-bomb: prints errno and how many there are at last. */
static int fork_bomb(int argc, char **argv)
{
    long made = 1;

    (void)argc;
    (void)argv;
    for (;;) {
        const pid_t pid = fork();

        if (pid < 0)
            break;
        if (pid == 0)
            wait_here(NULL);
        if (++made > 10000)
            return 2;
    }
    printf("%d %ld\n", errno, made);
    return 0;
}

/* cpu-in-child: it spends nothing itself. */
static int cpu_in_child(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (fork() == 0)
        spin(NULL);
    wait_here(NULL);
    return 0;
}

/* busy MILLISECONDS of CPU time, then the end. */
static int busy(int argc, char **argv)
{
    const long wanted = number_of(argc, argv, 1, 100);
    struct timespec used;

    do {
        for (int i = 0; i < 10000; i++)
            work++;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    } while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < wanted);
    return 0;
}

/* Touches what malloc() gives, until it gives nothing; in pieces of so many
 * bytes. Returns when there is no more. */
static void take_memory(size_t piece)
{
    for (;;) {
        volatile char *memory = malloc(piece);

        if (!memory)
            return;
        for (size_t i = 0; i < piece; i += 4096)
            memory[i] = 1;
    }
}

/* memory-crash [PIECE]: writes to what it did not get. */
static int memory_crash(int argc, char **argv)
{
    const size_t piece = (size_t)number_of(argc, argv, 1, 1 << 16);
    volatile char *volatile nowhere = NULL;

    take_memory(piece);
    *nowhere = 1;
    return 0;
}

static int memory_handled(int argc, char **argv)
{
    take_memory((size_t)number_of(argc, argv, 1, 1 << 16));
    return 1;
}

/* Runs out, and ends well: a program may try. */
static int memory_survived(int argc, char **argv)
{
    take_memory((size_t)number_of(argc, argv, 1, 1 << 16));
    return 0;
}

/* One allocation of so many bytes that is touched; then all is well. */
static int memory_within(int argc, char **argv)
{
    const size_t size = (size_t)number_of(argc, argv, 1, 1 << 20);
    volatile char *memory = malloc(size);

    if (!memory)
        return 1;
    for (size_t i = 0; i < size; i += 4096)
        memory[i] = 1;
    return 0;
}

static int memory_reserved(int argc, char **argv)
{
    const size_t size = (size_t)number_of(argc, argv, 1, 1L << 32);

    (void)argc;
    return mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) ==
           MAP_FAILED;
}

/* disk DIRECTORY...: fills them in turn; prints errno and the bytes written. */
static int disk(int argc, char **argv)
{
    static const char piece[65536];
    long long bytes = 0;
    int full = 0;

    for (int i = 1; i < argc; i++) {
        char path[256];
        ssize_t written;
        int fd;

        for (int number = 0; number < 1000; number++) {
            snprintf(path, sizeof(path), "%s/file%d", argv[i], number);
            fd = open(path, O_CREAT | O_WRONLY, 0600);
            if (fd < 0)
                break;
            while ((written = write(fd, piece, sizeof(piece))) > 0)
                bytes += written;
            full = errno;
            close(fd);
            if (full != EFBIG)
                break;
        }
    }
    printf("%d %lld\n", full, bytes);
    return 0;
}

/* files DIRECTORY: empty files until no more can be made. */
static int files(int argc, char **argv)
{
    const char *directory = argc > 1 ? argv[1] : "/tmp";
    long made = 0;

    for (;; made++) {
        char path[256];
        int fd;

        snprintf(path, sizeof(path), "%s/%ld", directory, made);
        fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd < 0)
            break;
        close(fd);
        if (made > 10000000)
            return 2;
    }
    printf("%d %ld\n", errno, made);
    return 0;
}

static int deep(int argc, char **argv)
{
    long depth = 0;

    (void)argc;
    (void)argv;
    while (mkdir("d", 0700) == 0 && chdir("d") == 0 && depth < 10000000)
        depth++;
    printf("%d %ld\n", errno, depth);
    return 0;
}

/* threads: as many as there can be; prints errno and how many with the first. */
static int threads(int argc, char **argv)
{
    pthread_attr_t attributes;
    pthread_t thread;
    long made = 1;
    int result;

    (void)argc;
    (void)argv;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16384);
    while ((result = pthread_create(&thread, &attributes, wait_here, NULL)) == 0 && made < 100000)
        made++;
    printf("%d %ld\n", result, made);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"cpu", cpu},
        {"cpu-deaf", cpu_deaf},
        {"cpu-by-short-threads", cpu_by_short_threads},
        {"cpu-in-kernel", cpu_in_kernel},
        {"sleep", sleep_long},
        {"block", block},
        {"busy", busy},
        {"fork-bomb", fork_bomb},
        {"cpu-in-child", cpu_in_child},
        {"memory-crash", memory_crash},
        {"memory-handled", memory_handled},
        {"memory-survived", memory_survived},
        {"memory-within", memory_within},
        {"memory-reserved", memory_reserved},
        {"disk", disk},
        {"files", files},
        {"deep", deep},
        {"threads", threads},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
