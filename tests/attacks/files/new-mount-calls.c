/* SPDX-License-Identifier: MIT */
/* tries: to mount by the new calls, which filters forgot (the class of CVE-2021-41133).
 * stopped by: seccomp, capabilities, landlock, rlimits (no more user namespaces)
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/mount.h>

static int attack(int argc, char **argv)
{
    int fd;

    (void)argc;
    (void)argv;
    become_root(CLONE_NEWNS);
    fd = (int)syscall(SYS_fsopen, "tmpfs", 0);
    if (fd >= 0 && syscall(SYS_fsconfig, fd, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) == 0 &&
        syscall(SYS_fsmount, fd, 0, 0) >= 0)
        escaped("a file system is made");
    if (syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */) >= 0)
        escaped("a tree is cloned");
    return held("fsopen");
}
