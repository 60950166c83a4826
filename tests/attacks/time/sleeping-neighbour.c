/* SPDX-License-Identifier: MIT */
/* tries: nothing: it sleeps a moment, as programs do.
 * kind: neighbour
 * stopped by: nothing
 * options: -t 1 -w 20
 * right: ok
 * prints: rested
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const struct timespec moment = {0, 50000000};

    (void)argc;
    (void)argv;
    nanosleep(&moment, NULL);
    puts("rested");
    return 0;
}
