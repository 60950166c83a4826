/* SPDX-License-Identifier: MIT */
/* tries: to have four times the memory that it may, as a static program.
 * stopped by: rlimits, the memory limit
 * build: static
 * policy: static
 * options: -m 32M
 * right: memory-limit=allocation-failed, memory-limit=oom-kill
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    unsigned long had = 0;

    (void)argc;
    (void)argv;
    for (char *piece; (piece = malloc(60000)); had += 60000) {
        memset(piece, 1, 60000);
        if (had >= 128 * MIB)
            escaped("%lu MiB of memory", had / MIB);
    }
    return 1;
}
