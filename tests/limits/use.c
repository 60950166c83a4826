/* SPDX-License-Identifier: MIT */
/* use.c - targets that use a known amount, by themselves or through others. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long work;
static long milliseconds;

static long long used_us(clockid_t clock)
{
    struct timespec used;

    clock_gettime(clock, &used);
    return used.tv_sec * 1000000LL + used.tv_nsec / 1000;
}

/* So many ms more of this thread's CPU time; 0: for ever. */
static void *spin(void *in_kernel)
{
    const long long end = used_us(CLOCK_THREAD_CPUTIME_ID) + milliseconds * 1000;

    do {
        for (int i = 0; i < 2000; i++)
            work++;
        if (in_kernel)
            for (int i = 0; i < 100; i++)
                (void)!access("/", R_OK);
    } while (milliseconds == 0 || used_us(CLOCK_THREAD_CPUTIME_ID) < end);
    return NULL;
}

/* So many times 10 million steps, whatever they take. */
static int spin_work(long count)
{
    for (long i = 0; i < count * 10000000; i++)
        work++;
    return 0;
}

static int in_threads(long count)
{
    pthread_t threads[64];

    for (long i = 0; i < count && i < 64; i++)
        if (pthread_create(&threads[i], NULL, spin, NULL) != 0)
            return 1;
    for (long i = 0; i < count && i < 64; i++)
        pthread_join(threads[i], NULL);
    return 0;
}

static void wait_for_all(void)
{
    while (wait(NULL) > 0)
        ;
}

static int in_children(long count)
{
    for (long i = 0; i < count; i++)
        if (fork() == 0) {
            spin(NULL);
            _exit(0);
        }
    wait_for_all();
    return 0;
}

/* The child's child spins, and its parent is gone at once or waits. */
static int in_grandchild(int reparented)
{
    int ends[2];
    char byte;

    if (pipe(ends) != 0)
        return 1;
    if (fork() == 0) {
        if (fork() == 0) {
            spin(NULL);
            _exit(0);
        }
        if (!reparented)
            wait_for_all();
        _exit(0);
    }
    close(ends[1]);
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR) /* until all are dead */
        ;
    wait_for_all();
    return 0;
}

static void *wait_for_ever(void *lock)
{
    pthread_mutex_lock(lock);
    pthread_mutex_lock(lock);
    return NULL;
}

static int sleep_on(const char *what)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    char byte;

    if (strcmp(what, "stdin") == 0)
        return (int)read(0, &byte, 1);
    if (strcmp(what, "futex") == 0)
        wait_for_ever(&lock);
    if (strcmp(what, "child") == 0) {
        if (fork() == 0)
            for (;;)
                pause();
        wait_for_all();
    }
    if (strcmp(what, "poll") == 0)
        poll(NULL, 0, -1);
    if (strcmp(what, "signal") == 0)
        pause();
    for (;;)
        sleep(1000);
}

static volatile char *touch(size_t bytes)
{
    volatile char *memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    for (size_t i = 0; i < bytes; i += 4096)
        memory[i] = 1;
    return memory;
}

/* Not its own alone, as far as a limit for private memory can tell. */
static int touch_shared(size_t bytes)
{
    volatile char *memory =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < bytes; i += 4096)
        memory[i] = 1;
    usleep(300000);
    return 0;
}

/* All of a file by a mapping, without writing to it; it stays for a while. */
/* "-" is the standard input. */
static int read_mapped(const char *path, size_t bytes, int how, unsigned lasts_us)
{
    int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY);
    volatile char *memory = mmap(NULL, bytes, PROT_READ, how, fd, 0);
    int sum = 0;

    if (memory == MAP_FAILED)
        return 1;
    for (size_t i = 0; i < bytes; i += 4096)
        sum += memory[i];
    usleep(lasts_us);
    return sum != 0;
}

static int read_file(const char *path)
{
    static char piece[65536];
    ssize_t got;
    int fd = open(path, O_RDONLY);

    while ((got = read(fd, piece, sizeof(piece))) > 0)
        ;
    return got != 0;
}

static int write_file(const char *path, size_t bytes)
{
    static char piece[65536];
    int fd = open(path, O_CREAT | O_WRONLY, 0600);

    for (size_t i = 0; i < bytes; i += sizeof(piece))
        if (write(fd, piece, sizeof(piece)) != (ssize_t)sizeof(piece))
            return 1;
    return 0;
}

static int touch_in_children(long count, size_t bytes)
{
    for (long i = 0; i < count; i++)
        if (fork() == 0) {
            if (!touch(bytes))
                _exit(3);
            sleep(2);
            _exit(0);
        }
    wait_for_all();
    return 0;
}

static int recurse(int depth)
{
    volatile char frame[1024];

    frame[0] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

/* Far down, but within the stack, and then a fault of another kind. */
static int crash_deep(int depth)
{
    volatile char frame[1024];
    volatile char *volatile nowhere = NULL;

    frame[0] = (char)depth;
    if (depth == 0)
        *nowhere = 1;
    return depth == 0 ? 0 : crash_deep(depth - 1) + frame[0];
}

/* One frame that is larger than all of the stack. */
static int big_frame(size_t bytes)
{
    volatile char *frame = __builtin_alloca(bytes);

    for (size_t i = 0; i < bytes; i += 4096)
        frame[i] = 1;
    return frame[bytes - 1];
}

static volatile int exit_code;

static void end_by_handler(int number)
{
    (void)number;
    _exit(exit_code);
}

/* As run-times do that report it themselves: on a stack of its own. */
static int recurse_and_catch(int code)
{
    static char room[65536];
    const stack_t other = {.ss_sp = room, .ss_size = sizeof(room)};
    struct sigaction action = {.sa_handler = end_by_handler, .sa_flags = SA_ONSTACK};

    exit_code = code;
    sigaltstack(&other, NULL);
    sigaction(SIGSEGV, &action, NULL);
    return recurse(1);
}

/* The handler would be called on the stack that is used up. */
static int recurse_and_catch_there(int code)
{
    exit_code = code;
    signal(SIGSEGV, end_by_handler);
    return recurse(1);
}

/* So many children, one after the other, do what overflows or crashes. */
static int in_child(long count, const char *what, int code)
{
    for (long i = 0; i < count; i++) {
        const pid_t child = fork();

        if (child == 0 && strcmp(what, "recurse") == 0)
            _exit(recurse(1));
        if (child == 0 && strcmp(what, "catch") == 0)
            _exit(recurse_and_catch(0));
        if (child == 0)
            _exit(crash_deep(100));
        waitpid(child, NULL, 0);
    }
    return code;
}

/* As a shell does with its jobs. */
static int control_job(void)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        raise(SIGSTOP);
        _exit(7);
    }
    if (waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status) ||
        WSTOPSIG(status) != SIGSTOP)
        return 1;
    if (waitpid(child, &status, WNOHANG) != 0 || kill(child, SIGCONT) != 0)
        return 2;
    if (waitpid(child, &status, WCONTINUED) != child)
        return 3;
    if (WIFCONTINUED(status) && waitpid(child, &status, 0) != child)
        return 4;
    return WIFEXITED(status) && WEXITSTATUS(status) == 7 ? 0 : 5;
}

static volatile sig_atomic_t signals_seen;

static void count_signal(int number)
{
    (void)number;
    signals_seen++;
}

/* Calls that a signal ends with EINTR even where nobody handles it: a child's end
 * must not, unless it is handled. */
static int wait_beside_child(const char *how)
{
    const struct timespec span = {.tv_nsec = 700000000};
    struct epoll_event event;
    sigset_t wanted;
    int result;

    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    if (strcmp(how, "handled") == 0)
        signal(SIGCHLD, count_signal);
    if (fork() == 0) {
        usleep(300000);
        _exit(0);
    }
    if (strcmp(how, "signal") == 0)
        return sigtimedwait(&wanted, NULL, &span) != -1 || errno != EAGAIN;
    result = epoll_wait(epoll_create1(0), &event, 1, 700);
    return strcmp(how, "handled") == 0 ? result != -1 || errno != EINTR : result != 0;
}

/* So many children work for so many ms each, and nobody waits for them. */
static int ignore_children(long count)
{
    signal(SIGCHLD, SIG_IGN);
    for (long i = 0; i < count; i++) {
        if (fork() == 0) {
            spin(NULL);
            _exit(0);
        }
        wait(NULL);
    }
    return 0;
}

static long ignored;

static void *ignore_in_thread(void *unused)
{
    ignore_children(ignored);
    return unused;
}

/* The same, by another thread than the first. */
static int ignore_by_thread(long count)
{
    pthread_t thread;

    ignored = count;
    return pthread_create(&thread, NULL, ignore_in_thread, NULL) || pthread_join(thread, NULL);
}

/* A child leaves so many of its own, dead, to whoever waits for all. */
static int leave_dead(long count)
{
    siginfo_t info;
    const pid_t child = fork();

    if (child == 0) {
        for (long i = 0; i < count; i++) {
            const pid_t own = fork();

            if (own == 0) {
                spin(NULL);
                _exit(0);
            }
            waitid(P_PID, (id_t)own, &info, WEXITED | WNOWAIT);
        }
        _exit(0);
    }
    return waitpid(child, NULL, 0) != child;
}

/* A child after the other, each of which only ends. */
static void fork_for_ever(void)
{
    for (;;) {
        if (fork() == 0)
            _exit(0);
        wait(NULL);
    }
}

/* So many children that never cease to get a signal, which nobody handles. */
static int flood_signals(long count)
{
    signal(SIGUSR1, SIG_IGN);
    for (long i = 0; i < count; i++)
        if (fork() == 0)
            for (;;)
                raise(SIGUSR1);
    usleep(300000);
    return 3;
}

/* Each of them reaches its handler, and the ignored ones nobody. */
static int get_signals(long count)
{
    signal(SIGUSR1, count_signal);
    signal(SIGUSR2, SIG_IGN);
    for (long i = 0; i < count; i++)
        if (raise(SIGUSR1) != 0 || raise(SIGUSR2) != 0)
            return 2;
    return signals_seen != count;
}

/* Writes to a file until it can hold no more; prints errno and the bytes. */
static int fill_file(const char *path)
{
    static char piece[7001];
    long long bytes = 0;
    ssize_t written;
    int fd = open(path, O_CREAT | O_WRONLY, 0600);

    signal(SIGXFSZ, SIG_IGN);
    memset(piece, 'x', sizeof(piece));
    while ((written = write(fd, piece, sizeof(piece))) > 0)
        bytes += written;
    printf("%d %lld\n", errno, bytes);
    return fd < 0;
}

/* Empty files until no more can be had; prints errno and how many. */
static int make_files(const char *directory)
{
    char path[256];
    long made = 0;
    int fd;

    for (;; made++) {
        snprintf(path, sizeof(path), "%s/%ld", directory, made);
        fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd < 0)
            break;
        close(fd);
    }
    printf("%d %ld\n", errno, made);
    return 0;
}

/* Both streams in turn, without an end. */
static int flood_both(void)
{
    static char piece[4096];

    memset(piece, 'x', sizeof(piece));
    for (int fd = 1;; fd = 3 - fd)
        if (write(fd, piece, sizeof(piece)) < 0)
            return 1;
}

/* Children run out of memory together, and their parent does not mind. */
static int children_run_out(long count, size_t bytes)
{
    for (long i = 0; i < count; i++)
        if (fork() == 0) {
            const int failed = !touch(bytes);

            usleep(500000);
            _exit(failed ? 3 : 0);
        }
    wait_for_all();
    return 0;
}

/* The same work as another act's, and then what this program's own clocks say
 * of itself and of its children. The process is older than the program. */
static int tell_clocks(int count, char **arguments)
{
    const long long before = used_us(CLOCK_PROCESS_CPUTIME_ID);
    struct rusage children;
    int result = 0;

    if (count < 3)
        return 2;
    milliseconds = atol(arguments[2]);
    result = strcmp(arguments[0], "threads") == 0 ? in_threads(atol(arguments[1]))
                                                  : in_children(atol(arguments[1]));
    getrusage(RUSAGE_CHILDREN, &children);
    printf("%lld\n", used_us(CLOCK_PROCESS_CPUTIME_ID) - before +
                         (children.ru_utime.tv_sec + children.ru_stime.tv_sec) * 1000000LL +
                         children.ru_utime.tv_usec + children.ru_stime.tv_usec);
    return result;
}

static int run_out(const char *then, size_t piece)
{
    volatile char *volatile nowhere = NULL;

    for (char *memory; (memory = malloc(piece)) != NULL;)
        for (size_t i = 0; i < piece; i += 4096)
            memory[i] = 1;
    if (strcmp(then, "crash") == 0)
        *nowhere = 1;
    if (strcmp(then, "abort") == 0) /* as std::bad_alloc ends */
        abort();
    return strcmp(then, "exit") == 0;
}

/* Within the limit, and then a fault that has nothing to do with it. */
static int crash_near(size_t bytes)
{
    volatile char *volatile nowhere = NULL;

    if (touch(bytes))
        *nowhere = 1;
    return 0;
}

__attribute__((noreturn)) static void bomb_of_forks(void)
{
    for (;;)
        fork();
}

__attribute__((noreturn)) static void bomb_of_threads(void)
{
    pthread_t thread;

    for (;;)
        pthread_create(&thread, NULL, spin, NULL);
}

int main(int argc, char **argv)
{
    const char *act = argc > 1 ? argv[1] : "";
    const long first = argc > 2 ? atol(argv[2]) : 0;
    const long second = argc > 3 ? atol(argv[3]) : 0;

    milliseconds = second;
    if (strcmp(act, "threads") == 0)
        return in_threads(first);
    if (strcmp(act, "spin-work") == 0)
        return spin_work(first);
    if (strcmp(act, "children") == 0)
        return in_children(first);
    if (strcmp(act, "grandchild") == 0)
        return in_grandchild(0);
    if (strcmp(act, "reparented") == 0)
        return in_grandchild(1);
    if (strcmp(act, "kernel") == 0)
        return spin(argv) != NULL;
    if (strcmp(act, "sleep-on") == 0)
        return sleep_on(argc > 2 ? argv[2] : "");
    if (strcmp(act, "sleep") == 0)
        return usleep((useconds_t)first * 1000);
    if (strcmp(act, "touch") == 0)
        return !touch((size_t)first << 20);
    if (strcmp(act, "touch-and-drop") == 0)
        return munmap((void *)(uintptr_t)touch((size_t)first << 20), (size_t)first << 20);
    if (strcmp(act, "touch-in-children") == 0)
        return touch_in_children(first, (size_t)second << 20);
    if (strcmp(act, "touch-shared") == 0)
        return touch_shared((size_t)first << 20);
    if (strcmp(act, "read-mapped") == 0)
        return read_mapped(argv[2], (size_t)second << 20, MAP_PRIVATE, 300000);
    if (strcmp(act, "read-mapped-shared") == 0)
        return read_mapped(argv[2], (size_t)second << 20, MAP_SHARED, 300000);
    if (strcmp(act, "read-mapped-and-end") == 0)
        return read_mapped(argv[2], (size_t)second << 20, MAP_SHARED, 3000);
    if (strcmp(act, "read-file") == 0)
        return read_file(argv[2]);
    if (strcmp(act, "write-file") == 0)
        return write_file(argv[2], (size_t)second << 20);
    if (strcmp(act, "recurse") == 0)
        return recurse(1);
    if (strcmp(act, "fill") == 0)
        return fill_file(argv[2]);
    if (strcmp(act, "files") == 0)
        return make_files(argv[2]);
    if (strcmp(act, "flood-both") == 0)
        return flood_both();
    if (strcmp(act, "children-run-out") == 0)
        return children_run_out(first, (size_t)second << 20);
    if (strcmp(act, "clocks") == 0)
        return tell_clocks(argc - 2, argv + 2);
    if (strcmp(act, "crash-deep") == 0)
        return crash_deep((int)first);
    if (strcmp(act, "big-frame") == 0)
        return big_frame((size_t)first << 20);
    if (strcmp(act, "recurse-and-catch") == 0)
        return recurse_and_catch((int)first);
    if (strcmp(act, "recurse-and-catch-there") == 0)
        return recurse_and_catch_there((int)first);
    if (strcmp(act, "in-child") == 0)
        return in_child(first, argv[3], atoi(argv[4]));
    if (strcmp(act, "control-job") == 0)
        return control_job();
    if (strcmp(act, "signals") == 0)
        return get_signals(first);
    if (strcmp(act, "wait-beside-child") == 0)
        return wait_beside_child(argv[2]);
    if (strcmp(act, "ignore-children") == 0)
        return ignore_children(first);
    if (strcmp(act, "ignore-by-thread") == 0)
        return ignore_by_thread(first);
    if (strcmp(act, "leave-dead") == 0)
        return leave_dead(first);
    if (strcmp(act, "fork-for-ever") == 0)
        fork_for_ever();
    if (strcmp(act, "flood-signals") == 0)
        return flood_signals(first);
    if (strcmp(act, "run-out") == 0)
        return run_out(argv[2], second > 0 ? (size_t)second : 65536);
    if (strcmp(act, "crash-near") == 0)
        return crash_near((size_t)first << 20);
    if (strcmp(act, "fork-bomb") == 0)
        bomb_of_forks();
    if (strcmp(act, "thread-bomb") == 0)
        bomb_of_threads();
    return strcmp(act, "nothing") != 0;
}
