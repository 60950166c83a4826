/* SPDX-License-Identifier: MIT */
/* tries: all numbers of calls that are new or unassigned.
 * stopped by: seccomp (ENOSYS for all that it does not know)
 * right: ok
 * raw: no: the kernel has none of these either
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const unsigned long odd[] = {1000000, 0x10000, 1024, 600};

    (void)argc;
    (void)argv;
    for (long number = 450; number < 600; number++)
        if (syscall(number, 0, 0, 0, 0, 0, 0) != -1 || errno != ENOSYS)
            escaped("number %ld: %s", number, strerror(errno));
    for (int i = 0; i < 4; i++)
        if (syscall((long)odd[i], 0, 0, 0, 0, 0, 0) != -1 || errno != ENOSYS)
            escaped("number 0x%lx: %s", odd[i], strerror(errno));
    return held("unknown numbers");
}
