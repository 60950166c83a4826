/* SPDX-License-Identifier: MIT */
/* tries: to ignore, block and catch every signal, and spin.
 * stopped by: the CPU limit: only SIGKILL is ever used
 * options: -t 0.2
 * right: time-limit
 */
#include "../attack.h"

static void deaf(int number)
{
    (void)number;
}

static int attack(int argc, char **argv)
{
    sigset_t all;

    (void)argc;
    (void)argv;
    for (int number = 1; number < 65; number++)
        signal(number, number % 2 ? SIG_IGN : deaf);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 2)
        ;
    escaped("ten times the CPU limit");
    return 0;
}
