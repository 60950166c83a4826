/* SPDX-License-Identifier: MIT */
/* tries: to hide its CPU time in grandchildren that nobody waits for.
 * stopped by: the CPU limit, the cgroup or a walk over the box's processes
 * policy: shell
 * options: -t 0.3 -w 30
 * right: time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);

    (void)argc;
    (void)argv;
    for (int i = 0; i < 4; i++) {
        if (fork() == 0) {
            if (fork() == 0) {
                setsid();
                while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 3)
                    ;
                escaped("ten times the CPU limit");
            }
            _exit(0);
        }
    }
    while (seconds_of(CLOCK_MONOTONIC) < start + 10)
        sleep(1);
    escaped("grandchildren spun for 10 s");
    return 0;
}
