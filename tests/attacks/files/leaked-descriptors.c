/* SPDX-License-Identifier: MIT */
/* tries: to find descriptors that the host forgot to close.
 * stopped by: descriptors (all others are closed), the gate that counts them
 * descriptors: files
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int fd = 3; fd < 65536; fd++)
        if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
            escaped("descriptor %d is open", fd);
    return held("fcntl");
}
