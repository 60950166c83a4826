/* SPDX-License-Identifier: MIT */
/* tries: to read a secret of the host by its path, and all files of passwords.
 * stopped by: mount-namespace (it is not there), landlock
 * arguments: {secret}
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int fd;

    look_for_secret(open(argc > 0 ? argv[0] : "", O_RDONLY), "open");
    fd = open("/etc/shadow", O_RDONLY);
    if (fd >= 0)
        escaped("/etc/shadow is open");
    fd = open("/etc/passwd", O_RDONLY);
    if (fd >= 0)
        escaped("/etc/passwd is open");
    return held("open");
}
