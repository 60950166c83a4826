/* SPDX-License-Identifier: MIT */
/* tries: to have memory that RLIMIT_DATA does not count: shared, and growing downwards.
 * stopped by: seccomp, the supervisor's looks
 * options: -m 32M --on-refusal errno
 * right: ok, memory-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const int kinds[] = {MAP_SHARED, MAP_PRIVATE | MAP_GROWSDOWN, MAP_SHARED_VALIDATE,
                                MAP_PRIVATE | MAP_LOCKED};

    (void)argc;
    (void)argv;
    for (int i = 0; i < 4; i++) {
        char *all = mmap(NULL, 512 * MIB, PROT_READ | PROT_WRITE, kinds[i] | MAP_ANONYMOUS, -1, 0);

        if (all == MAP_FAILED)
            continue;
        for (unsigned long at = 512 * MIB; at >= 4096; at -= 4096)
            all[at - 1] = 1;
        escaped("512 MiB of memory of kind 0x%x", (unsigned)kinds[i]);
    }
    return held("mmap");
}
