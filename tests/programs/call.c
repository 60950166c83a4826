/* SPDX-License-Identifier: MIT */
/* call.c - targets that make one system call which a policy refuses. Each prints
 * what came of it, so that a call that was let through is seen. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int tell(long result)
{
    if (result < 0)
        printf("%d\n", errno);
    else
        printf("done %ld\n", result);
    fflush(stdout);
    return 0;
}

/* number NUMBER [ARGUMENT...]: any call, on this architecture. */
static int number(int argc, char **argv)
{
    long a[7] = {0};

    for (int i = 1; i < argc && i <= 7; i++)
        a[i - 1] = (long)strtoul(argv[i], NULL, 0);
    return tell(syscall(a[0], a[1], a[2], a[3], a[4], a[5], a[6]));
}

static int fork_child(int argc, char **argv)
{
    pid_t pid = fork();

    (void)argc;
    (void)argv;
    if (pid == 0) {
        if (fork() == 0)
            sleep(60);
        _exit(0);
    }
    return tell(pid);
}

static int vfork_child(int argc, char **argv)
{
    const pid_t pid = vfork(); /* NOLINT */

    (void)argc;
    (void)argv;
    if (pid == 0)
        _exit(0);
    return tell(pid);
}

static int execute(int argc, char **argv)
{
    char *nothing[] = {NULL};

    return tell(execve(argc > 1 ? argv[1] : "/bin/true", argv + 1, nothing));
}

/* Writes its own program to a file in memory, and executes that. */
static int execute_memory(int argc, char **argv)
{
    char *nothing[] = {NULL};
    const int fd = (int)syscall(SYS_memfd_create, "x", 0U);

    (void)argc;
    if (fd < 0)
        return tell(-1);
    return tell(syscall(SYS_execveat, fd, "", argv, nothing, AT_EMPTY_PATH));
}

/* A 32-bit call: number 20 there is getpid. */
static int int_0x80(int argc, char **argv)
{
    long result = number_of(argc, argv, 1, 20);

    __asm__ volatile("int $0x80" : "+a"(result) : : "memory");
    printf("done %ld\n", result);
    return 0;
}

static int x32(int argc, char **argv)
{
    return tell(syscall(0x40000000L | number_of(argc, argv, 1, SYS_getpid)));
}

static int map_write_and_execute(int argc, char **argv)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)argc;
    (void)argv;
    return tell(memory == MAP_FAILED ? -1 : 0);
}

static int make_executable(int argc, char **argv)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)argc;
    (void)argv;
    if (memory == MAP_FAILED)
        return 1;
    return tell(mprotect(memory, 4096, PROT_READ | PROT_EXEC));
}

static int map_shared(int argc, char **argv)
{
    void *memory =
        mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)argc;
    (void)argv;
    return tell(memory == MAP_FAILED ? -1 : 0);
}

static int set_owner(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return tell(fcntl(0, F_SETOWN, getppid()));
}

static int set_signal(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return tell(fcntl(0, F_SETSIG, SIGKILL));
}

/* loop NUMBER TIMES: the same call over and over. */
static int loop(int argc, char **argv)
{
    const long which = number_of(argc, argv, 1, SYS_setpriority);
    const long times = number_of(argc, argv, 2, 1000000);

    for (long i = 0; i < times; i++)
        syscall(which, 0, 0, 0, 0, 0, 0);
    printf("%ld\n", times);
    return 0;
}

static void *call_for_ever(void *argument)
{
    for (;;)
        syscall((long)(intptr_t)argument, 0, 0, 0, 0, 0, 0);
    return NULL;
}

/* loop-threads NUMBER THREADS */
static int loop_threads(int argc, char **argv)
{
    void *which = (void *)(intptr_t)number_of(argc, argv, 1, SYS_setpriority);
    const long threads = number_of(argc, argv, 2, 16);
    pthread_t thread;

    for (long i = 1; i < threads; i++)
        if (pthread_create(&thread, NULL, call_for_ever, which) != 0)
            return 1;
    call_for_ever(which);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"number", number},
        {"fork", fork_child},
        {"vfork", vfork_child},
        {"execute", execute},
        {"execute-memory", execute_memory},
        {"int-0x80", int_0x80},
        {"x32", x32},
        {"map-write-and-execute", map_write_and_execute},
        {"make-executable", make_executable},
        {"map-shared", map_shared},
        {"set-owner", set_owner},
        {"set-signal", set_signal},
        {"loop", loop},
        {"loop-threads", loop_threads},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
