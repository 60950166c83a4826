/* SPDX-License-Identifier: MIT */
/* tries: to reach a secret of the host by a symbolic link in its own directory.
 * stopped by: seccomp (symlink), mount-namespace, landlock
 * arguments: {secret}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    if (argc < 1 || (symlink(argv[0], mark) != 0 && errno != EEXIST))
        return held("symlink");
    look_for_secret(open(mark, O_RDONLY), "a symbolic link");
    return held("open");
}
