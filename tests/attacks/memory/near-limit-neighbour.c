/* SPDX-License-Identifier: MIT */
/* tries: nothing: it uses three quarters of its memory, and gives it back.
 * kind: neighbour
 * stopped by: nothing
 * options: -m 32M
 * right: ok
 * prints: done
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char *all = malloc(24 * MIB);

    (void)argc;
    (void)argv;
    if (!all)
        return 1;
    memset(all, 1, 24 * MIB);
    free(all);
    puts("done");
    return 0;
}
