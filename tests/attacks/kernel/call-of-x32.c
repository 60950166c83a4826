/* SPDX-License-Identifier: MIT */
/* tries: to make a call with the bit of the x32 architecture, which filters by number do not know.
 * stopped by: seccomp, mount-namespace, landlock
 * arguments: {secret}
 * right: violation, ok
 * raw: maybe: where the kernel has them
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const long fd = syscall(0x40000000L | SYS_open, argc > 0 ? argv[0] : "", O_RDONLY);

    look_for_secret((int)fd, "a call of x32");
    if (syscall(0x40000000L | SYS_getpid) == getpid())
        escaped("a call of x32 was let through");
    return held("x32");
}
