/* SPDX-License-Identifier: MIT */
/* tries: to sleep for ever, and so use no CPU time.
 * stopped by: the wall limit
 * options: -w 0.3
 * right: wall-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);

    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_MONOTONIC) < start + 6)
        sleep(1);
    escaped("twenty times the wall limit");
    return 0;
}
