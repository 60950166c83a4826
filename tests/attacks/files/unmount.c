/* SPDX-License-Identifier: MIT */
/* tries: to uncover what a mount hides: unmount, remount for writing, pivot_root.
 * stopped by: seccomp, capabilities, landlock, mount-namespace (the old root is detached)
 * arguments: {secret}
 * options: --on-refusal errno
 * right: ok
 * raw: no: it uncovers what the box covers, and there is no box
 */
#include "../attack.h"
#include <sys/mount.h>

static int attack(int argc, char **argv)
{
    become_root(CLONE_NEWNS);
    for (int i = 0; i < 8; i++) {
        umount2("/", MNT_DETACH);
        umount2("/box", MNT_DETACH);
        if (argc > 0)
            look_for_secret(open(argv[0], O_RDONLY), "umount2");
    }
    mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL);
    if (syscall(SYS_pivot_root, ".", ".") == 0 && argc > 0)
        look_for_secret(open(argv[0], O_RDONLY), "pivot_root");
    if (mkdir("/new", 0700) == 0 && argc > 0 && getppid() < 10)
        escaped("the root can be written");
    return held("umount2");
}
