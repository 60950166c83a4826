/* SPDX-License-Identifier: MIT */
/* tries: nothing: a deep and honest recursion.
 * kind: neighbour
 * stopped by: nothing
 * options: -m 64M
 * right: ok
 * prints: 100000
 */
#include "../attack.h"

static long depth(long left)
{
    volatile long here = left;

    return left == 0 ? 0 : 1 + depth(here - 1);
}

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("%ld\n", depth(100000));
    return 0;
}
