/* SPDX-License-Identifier: MIT */
/* tries: to become root of a user namespace, from where most of the kernel can be reached.
 * stopped by: seccomp, user-namespace (no more of them inside)
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (!become_root(0))
        return held("unshare");
    if (syscall(SYS_unshare, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS) == 0)
        escaped("it is root, of namespaces of its own");
    return held("unshare");
}
