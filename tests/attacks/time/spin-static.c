/* SPDX-License-Identifier: MIT */
/* tries: to use the CPU for ever, as a static program under the policy for these.
 * stopped by: the CPU limit
 * build: static
 * policy: static
 * options: -t 0.2
 * right: time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    volatile unsigned long round = 0;

    (void)argc;
    (void)argv;
    /* No clock can be asked for here: more than a second on any machine. */
    while (round < 4000000000UL)
        round++;
    escaped("four thousand million rounds");
    return 0;
}
