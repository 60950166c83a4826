/* SPDX-License-Identifier: MIT */
/* tries: to keep the supervisor busy with refused calls from 64 threads.
 * stopped by: the bound on refusals, the wall limit
 * options: -p 80 -w 4 -t 20
 * right: violation, wall-limit
 * raw: no: there is no supervisor
 */
#include "../attack.h"

static void *call(void *unused)
{
    for (;;)
        syscall(SYS_setpriority, 0, 0, 0);
    return unused;
}

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);
    pthread_t thread;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 64; i++)
        if (pthread_create(&thread, NULL, call, NULL) != 0)
            return 1;
    while (seconds_of(CLOCK_MONOTONIC) < start + 20)
        usleep(10000);
    escaped("five times the wall limit");
    return 0;
}
