/* SPDX-License-Identifier: MIT */
/* tries: to move a piece of the stack away and grow it, where no limit counts it.
 * stopped by: the witnessed mremap, the supervisor's looks
 * options: -m 32M
 * right: memory-limit, ok, nonzero-exit, signalled
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    volatile char deep[MIB];
    const uintptr_t page = ((uintptr_t)&deep + 4096) & ~4095UL;
    char *where;

    (void)argc;
    (void)argv;
    memset((char *)deep, 1, sizeof(deep));
    where = mremap((void *)page, 65536, 512 * MIB, MREMAP_MAYMOVE);
    if (where == MAP_FAILED)
        return held("mremap");
    for (unsigned long at = 0; at < 512 * MIB; at += 4096)
        where[at] = 1;
    escaped("512 MiB of memory");
    return deep[0];
}
