/* SPDX-License-Identifier: MIT */
/* tries: to make a hard link to a secret of the host.
 * stopped by: seccomp (link), mount-namespace, landlock
 * arguments: {secret}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    if (argc < 1 || link(argv[0], mark) != 0)
        return held("link");
    look_for_secret(open(mark, O_RDONLY), "a hard link");
    return held("open");
}
