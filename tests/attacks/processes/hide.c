/* SPDX-License-Identifier: MIT */
/* tries: to hide from its supervisor by making itself unreadable, then takes memory.
 * stopped by: seccomp (PR_SET_DUMPABLE), rlimits, the memory limit
 * options: -m 32M --on-refusal errno
 * right: memory-limit
 */
#include "../attack.h"
#include <sys/prctl.h>

static int attack(int argc, char **argv)
{
    unsigned long had = 0;

    (void)argc;
    (void)argv;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    for (char *piece; (piece = malloc(MIB)); had += MIB) {
        memset(piece, 1, MIB);
        if (had >= 128 * MIB)
            escaped("%lu MiB of memory", had / MIB);
    }
    abort();
}
