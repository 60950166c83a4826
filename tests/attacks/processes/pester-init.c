/* SPDX-License-Identifier: MIT */
/* tries: to keep process 1 of the box from its work by signals without end.
 * stopped by: init's blocked signals, and the wall limit
 * options: -w 0.5
 * right: wall-limit
 * raw: no: there is no init of a box outside of one
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);

    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_MONOTONIC) < start + 8) {
        for (int i = 0; i < 1000; i++) {
            kill(1, SIGCHLD);
            kill(1, SIGTERM);
            kill(1, SIGSTOP);
            kill(-1, SIGCONT);
        }
    }
    escaped("fifteen times the wall limit");
    return 0;
}
