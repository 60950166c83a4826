/* SPDX-License-Identifier: MIT */
/* tries: to drown the machine in timer signals while it sleeps.
 * stopped by: the CPU limit or the wall limit
 * options: -t 0.3 -w 2
 * right: time-limit, wall-limit
 * raw: outlasts
 */
#include "../attack.h"
#include <sys/time.h>

static void count(int number)
{
    (void)number;
}

static int attack(int argc, char **argv)
{
    const struct itimerval fast = {{0, 1}, {0, 1}};
    const double start = seconds_of(CLOCK_MONOTONIC);

    (void)argc;
    (void)argv;
    signal(SIGALRM, count);
    setitimer(ITIMER_REAL, &fast, NULL);
    while (seconds_of(CLOCK_MONOTONIC) < start + 10)
        pause();
    escaped("five times the wall limit");
    return 0;
}
