/* SPDX-License-Identifier: MIT */
/* tries: nothing: it uses a third of the CPU time that it may.
 * kind: neighbour
 * stopped by: nothing
 * options: -t 1 -w 30
 * right: ok
 * prints: done
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 0.3)
        ;
    puts("done");
    return 0;
}
