/* SPDX-License-Identifier: MIT */
/* tries: numbers of calls that are negative, or have all bits set.
 * stopped by: seccomp (they count as x32)
 * right: violation
 * raw: no: the kernel has none of these either
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (syscall(0xffffffffL) != -1 || syscall(-1L) != -1 || errno != ENOSYS)
        escaped("number -1: %s", strerror(errno));
    escaped("the run goes on after a call of x32");
    return 0;
}
