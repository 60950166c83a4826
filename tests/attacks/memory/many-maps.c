/* SPDX-License-Identifier: MIT */
/* tries: to fill the kernel with descriptions of maps: every second page another protection.
 * stopped by: the kernel's bound on maps, the supervisor's looks
 * options: -m 32M
 * right: ok, memory-limit, nonzero-exit
 * raw: no: the kernel bounds it everywhere (vm.max_map_count)
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char *all = mmap(NULL, 1UL << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long made = 0;

    (void)argc;
    (void)argv;
    if (all == MAP_FAILED)
        return held("mmap");
    while (made < 130000 && mprotect(all + made * 8192, 4096, PROT_READ) == 0)
        made++;
    if (made >= 130000)
        escaped("%ld maps", made * 2);
    return held("mprotect");
}
