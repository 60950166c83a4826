/* SPDX-License-Identifier: MIT */
/* tries: to lock memory, so that the host cannot take it back.
 * stopped by: seccomp, rlimits (RLIMIT_MEMLOCK)
 * options: -m 32M --on-refusal errno
 * right: ok
 * raw: prefix prlimit --memlock=8388608
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[4 << 20];

    (void)argc;
    (void)argv;
    memset(data, 1, sizeof(data));
    if (mlock(data, sizeof(data)) == 0)
        escaped("4 MiB of locked memory");
    return held("mlock");
}
