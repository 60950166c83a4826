/* SPDX-License-Identifier: MIT */
/* tries: to hang in vfork(2), where a parent cannot be stopped by most signals.
 * stopped by: the wall limit
 * policy: shell
 * options: -w 0.4
 * right: wall-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (vfork() == 0) { /* NOLINT */
        const double start = seconds_of(CLOCK_MONOTONIC);

        while (seconds_of(CLOCK_MONOTONIC) < start + 6)
            sleep(1);
        escaped("fifteen times the wall limit");
    }
    return 0;
}
