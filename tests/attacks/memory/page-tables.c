/* SPDX-License-Identifier: MIT */
/* tries: to fill memory with page tables: one read of the zero page for every 2 MiB.
 * stopped by: the supervisor's looks at what is held, or a limit of the address space
 * options: -m 32M -t 20
 * right: memory-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    unsigned long tables = 0;
    volatile char sum = 0;

    (void)argc;
    (void)argv;
    while (tables < 512 * MIB) {
        const char *piece = mmap(NULL, 1UL << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (piece == MAP_FAILED)
            return held("mmap");
        madvise((void *)(uintptr_t)piece, 1UL << 30, MADV_NOHUGEPAGE);
        for (unsigned long at = 0; at < 1UL << 30; at += 2 * MIB, tables += 4096)
            sum = (char)(sum + piece[at]);
    }
    escaped("512 MiB of page tables");
    return sum;
}
