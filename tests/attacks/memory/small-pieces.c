/* SPDX-License-Identifier: MIT */
/* tries: to have four times the memory that it may, by small pieces, and exits 1 at the end of it.
 * stopped by: rlimits, the memory limit
 * options: -m 32M
 * right: memory-limit=allocation-failed, memory-limit=oom-kill
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    unsigned long had = 0;

    (void)argc;
    (void)argv;
    for (char *piece; (piece = malloc(1000)); had += 1000) {
        memset(piece, 1, 1000);
        if (had >= 128 * MIB)
            escaped("%lu MiB of memory", had / MIB);
    }
    return 1;
}
