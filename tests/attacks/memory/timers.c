/* SPDX-License-Identifier: MIT */
/* tries: to fill the kernel with timers, which no memory limit counts.
 * stopped by: rlimits (RLIMIT_SIGPENDING)
 * options: -m 32M
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    long made = 0;
    timer_t timer;

    (void)argc;
    (void)argv;
    while (made < 10000 && timer_create(CLOCK_MONOTONIC, &event, &timer) == 0)
        made++;
    if (made > 2000)
        escaped("%ld timers", made);
    return held("timer_create");
}
