/* SPDX-License-Identifier: MIT */
/* tries: to break out of its root by chroot(2) within chroot(2).
 * stopped by: seccomp, capabilities, mount-namespace (pivot_root, not chroot)
 * arguments: {secret}
 * options: --on-refusal errno
 * right: ok
 * raw: no: it leaves a chroot, and there is none outside of a box
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    become_root(CLONE_FS);
    mkdir(mark, 0700);
    if (chroot(mark) != 0)
        return held("chroot");
    for (int i = 0; i < 64; i++)
        if (chdir("..") != 0)
            break;
    if (chroot(".") == 0 && argc > 0)
        look_for_secret(open(argv[0], O_RDONLY), "chroot");
    return held("open");
}
