/* SPDX-License-Identifier: MIT */
/* tries: to use the CPU for ever.
 * stopped by: the CPU limit
 * options: -t 0.2
 * right: time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 2)
        ;
    escaped("ten times the CPU limit");
    return 0;
}
