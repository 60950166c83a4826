/* SPDX-License-Identifier: MIT */
/* call.c - targets that make one system call which a policy refuses. Each prints
 * what came of it, so that a call that was let through is seen. */
#include "command.h"

#include <errno.h>
#include <sys/syscall.h>
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

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"number", number},     {"fork", fork_child}, {"vfork", vfork_child}, {"execute", execute},
        {"int-0x80", int_0x80}, {"x32", x32},         {"loop", loop},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
