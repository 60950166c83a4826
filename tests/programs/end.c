/* SPDX-License-Identifier: MIT */
/* end.c - targets that end: by an exit, by a signal of their own, by a fault. */
#include "command.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

static int leave(int argc, char **argv)
{
    return (int)number_of(argc, argv, 1, 0);
}

/* What a signal does by default; then an exit with status 0. */
static int raise_one(int argc, char **argv)
{
    const int number = (int)number_of(argc, argv, 1, 0);

    signal(number, SIG_DFL);
    kill(getpid(), number);
    return 0;
}

static void *exit_here(void *argument)
{
    (void)argument;
    exit(7);
}

static int exit_in_thread(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, exit_here, NULL) != 0)
        return 1;
    for (;;)
        pause();
}

static void *abort_here(void *argument)
{
    (void)argument;
    abort();
}

static int abort_in_thread(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, abort_here, NULL) != 0)
        return 1;
    for (;;)
        pause();
}

static void *leave_later(void *argument)
{
    (void)argument;
    sleep(1);
    _exit(3);
}

/* The first thread goes; another one ends the process. */
static int first_thread_leaves(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, leave_later, NULL) != 0)
        return 1;
    pthread_exit(NULL);
}

static int fault(int argc, char **argv)
{
    volatile int *volatile nowhere = (int *)16;

    (void)argc;
    (void)argv;
    *nowhere = 1;
    return 0;
}

static int divide(int argc, char **argv)
{
    volatile int zero = 0;

    (void)argv;
    return argc / zero;
}

static int trap(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    __builtin_trap();
}

static int stop_for_good(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    abort();
}

static __attribute__((noinline)) int dig(volatile char *above, long depth)
{
    volatile char here[4096];

    here[0] = above ? above[0] : 1;
    here[4095] = 1;
    if (depth == 0)
        return 0;
    return dig(here, depth - 1) + here[0];
}

static int overflow_stack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return dig(NULL, 1L << 40);
}

int main(int argc, char **argv)
{
    static const struct act acts[] = {
        {"exit", leave},
        {"raise", raise_one},
        {"exit-in-thread", exit_in_thread},
        {"abort-in-thread", abort_in_thread},
        {"first-thread-leaves", first_thread_leaves},
        {"fault", fault},
        {"divide", divide},
        {"trap", trap},
        {"abort", stop_for_good},
        {"overflow-stack", overflow_stack},
    };

    return run_act(acts, ACT_COUNT(acts), argc, argv);
}
