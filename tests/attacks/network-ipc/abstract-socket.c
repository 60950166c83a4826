/* SPDX-License-Identifier: MIT */
/* tries: to reach a server on the host by an abstract Unix socket, which is no file.
 * stopped by: network-namespace, seccomp, landlock (6.12)
 * arguments: {abstract}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/un.h>

static int attack(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    if (fd < 0 || argc < 1)
        return held("socket");
    strncpy(address.sun_path + 1, argv[0], sizeof(address.sun_path) - 2);
    if (connect(fd, (const struct sockaddr *)&address,
                (socklen_t)(sizeof(sa_family_t) + 1 + strlen(argv[0]))) == 0)
        look_for_secret(fd, "an abstract socket");
    return held("connect");
}
