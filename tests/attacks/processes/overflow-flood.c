/* SPDX-License-Identifier: MIT */
/* tries: to keep process 1 and the supervisor busy with children whose stacks overflow, so that
 *     no limit is held; others stop, continue and kill them while they stand still for that.
 * stopped by: the limit of CPU time; no more than so many faults of a run are looked at
 * policy: shell
 * options: -t 0.5 -w 30 --stack 256K -p 30
 * right: time-limit, wall-limit
 * cpu at most: 2000000
 * raw: outlasts
 */
#include "../attack.h"

#define OVERFLOWING 8

static volatile int deepest;

static int recurse(int depth)
{
    volatile char frame[4096];

    frame[0] = (char)depth;
    deepest = depth;
    return recurse(depth + 1) + frame[0];
}

static void overflow_for_ever(void)
{
    for (;;) {
        const pid_t child = fork();

        if (child == 0)
            _exit(recurse(0));
        if (child > 0)
            waitpid(child, NULL, WUNTRACED);
    }
}

static void pester(pid_t last)
{
    static const int numbers[] = {SIGSTOP, SIGCONT, SIGSEGV, SIGTSTP, SIGCONT, SIGKILL};

    for (unsigned round = 0;; round++)
        for (pid_t child = last + 1; child < last + 200; child++)
            kill(child, numbers[round % (sizeof(numbers) / sizeof(numbers[0]))]);
}

static int attack(int argc, char **argv)
{
    pid_t last = 0;

    (void)argc;
    (void)argv;
    for (int i = 0; i < OVERFLOWING; i++) {
        last = fork();
        if (last == 0)
            overflow_for_ever();
    }
    pester(last);
    return 0;
}
