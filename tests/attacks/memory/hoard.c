/* SPDX-License-Identifier: MIT */
/* tries: to have four times the memory that it may, by malloc.
 * stopped by: rlimits, the cgroup, the memory limit
 * options: -m 32M
 * right: memory-limit=allocation-failed, memory-limit=oom-kill
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    unsigned long had = 0;

    (void)argc;
    (void)argv;
    for (char *piece; (piece = malloc(MIB)); had += MIB) {
        memset(piece, 1, MIB);
        if (had >= 128 * MIB)
            escaped("%lu MiB of memory", had / MIB);
    }
    abort();
}
