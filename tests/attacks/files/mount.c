/* SPDX-License-Identifier: MIT */
/* tries: to mount a file system, by the old call.
 * stopped by: seccomp, capabilities, landlock, rlimits (no more user namespaces)
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/mount.h>

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    become_root(CLONE_NEWNS);
    if (mount("none", "/tmp", "tmpfs", 0, NULL) == 0)
        escaped("a file system is mounted");
    return held("mount");
}
