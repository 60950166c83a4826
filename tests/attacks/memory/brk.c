/* SPDX-License-Identifier: MIT */
/* tries: to have four times the memory that it may, by brk(2).
 * stopped by: rlimits, the memory limit
 * options: -m 32M
 * right: memory-limit, nonzero-exit, ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    unsigned long had = 0;

    (void)argc;
    (void)argv;
    while (sbrk((intptr_t)MIB) != (void *)-1) {
        memset((char *)sbrk(0) - MIB, 1, MIB);
        had += MIB;
        if (had >= 128 * MIB)
            escaped("%lu MiB of memory", had / MIB);
    }
    return held("brk");
}
