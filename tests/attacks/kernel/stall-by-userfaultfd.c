/* SPDX-License-Identifier: MIT */
/* tries: to stall the kernel at any copy from its memory, which makes races easy.
 * stopped by: seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: maybe: where ordinary users may
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (syscall(SYS_userfaultfd, O_CLOEXEC) >= 0 || syscall(SYS_userfaultfd, O_CLOEXEC | 1) >= 0)
        escaped("a descriptor that answers page faults");
    return held("userfaultfd");
}
