/* SPDX-License-Identifier: MIT */
/* tries: nothing: it reserves 16 GiB and uses none of it, as Go and Node do.
 * kind: neighbour
 * stopped by: nothing
 * options: -m 32M
 * right: ok
 * prints: done
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (mmap(NULL, 16UL << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) ==
        MAP_FAILED)
        return 1;
    puts("done");
    return 0;
}
