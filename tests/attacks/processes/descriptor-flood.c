/* SPDX-License-Identifier: MIT */
/* tries: to open descriptors without end.
 * stopped by: rlimits (RLIMIT_NOFILE)
 * options: --open-files 20
 * right: ok
 * raw: prefix prlimit --nofile=1024
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int made = 3;

    (void)argc;
    (void)argv;
    while (made < 200 && dup(1) >= 0)
        made++;
    if (made > 80)
        escaped("%d descriptors where 20 are allowed", made);
    return held("dup");
}
