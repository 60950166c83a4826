/* SPDX-License-Identifier: MIT */
/* tries: to write pages and make them read-only, so that RLIMIT_DATA forgets them.
 * stopped by: the supervisor's looks at what is held
 * options: -m 32M
 * right: memory-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (unsigned long had = 0; had < 512 * MIB; had += MIB / 2) {
        char *piece =
            mmap(NULL, MIB / 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (piece == MAP_FAILED)
            return held("mmap");
        memset(piece, 1, MIB / 2);
        if (mprotect(piece, MIB / 2, PROT_READ) != 0)
            return held("mprotect");
    }
    escaped("512 MiB of memory");
    return 0;
}
