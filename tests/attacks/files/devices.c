/* SPDX-License-Identifier: MIT */
/* tries: to make a device, or to open the host's.
 * stopped by: seccomp (mknod), capabilities, mount-namespace, landlock
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"
#include <sys/sysmacros.h>

static int attack(int argc, char **argv)
{
    static const char *const names[] = {"/dev/mem", "/dev/kmsg", "/dev/port", "/dev/vda",
                                        "/dev/sda", "/dev/kvm",  "/dev/fuse", "/dev/loop0"};

    (void)argc;
    (void)argv;
    for (int i = 0; i < 8; i++)
        if (open(names[i], O_RDONLY) >= 0)
            escaped("%s is open", names[i]);
    become_root(CLONE_NEWNS); /* where that gives more than it takes */
    if (mknod(mark, S_IFCHR | 0600, makedev(1, 1)) == 0 && open(mark, O_RDONLY) >= 0)
        escaped("a device of its own making is open");
    return held("mknod");
}
