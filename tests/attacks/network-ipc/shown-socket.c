/* SPDX-License-Identifier: MIT */
/* tries: to reach a server on the host by a socket in a directory that it is shown.
 * stopped by: seccomp (connect)
 * arguments: {socket}
 * options: --bind {place}:/shown --on-refusal errno
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
    strncpy(address.sun_path, argv[0], sizeof(address.sun_path) - 1);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        look_for_secret(fd, "a Unix socket");
    snprintf(address.sun_path, sizeof(address.sun_path), "/shown/%s", strrchr(argv[0], '/') + 1);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        look_for_secret(fd, "a Unix socket that is shown");
    return held("connect");
}
