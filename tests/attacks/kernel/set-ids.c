/* SPDX-License-Identifier: MIT */
/* tries: to become root, or another user, or of another group.
 * stopped by: capabilities, user-namespace (no other id is mapped), seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: no: as an ordinary user the kernel says no; as root there is nothing to gain
 */
#include "../attack.h"
#include <grp.h>
#include <sys/prctl.h>

static int attack(int argc, char **argv)
{
    const gid_t groups[2] = {0, 27};

    (void)argc;
    (void)argv;
    if (setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 || setgroups(2, groups) == 0)
        escaped("ids of root");
    if (setresuid(1, 1, 1) == 0)
        escaped("another id");
    if (getgroups(0, NULL) > 0)
        escaped("groups of the host");
    return held("setresuid");
}
