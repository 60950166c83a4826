/* SPDX-License-Identifier: MIT */
/* tries: to keep its place without doing anything, within a long wall limit.
 * stopped by: the idle limit
 * options: --idle 0.3 -w 20
 * right: wall-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);

    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_MONOTONIC) < start + 6)
        sleep(6);
    escaped("twenty times the idle limit");
    return 0;
}
