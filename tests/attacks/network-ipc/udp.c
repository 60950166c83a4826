/* SPDX-License-Identifier: MIT */
/* tries: to ask a server on the host by UDP.
 * stopped by: network-namespace, seccomp
 * arguments: {port}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <arpa/inet.h>

static int attack(int argc, char **argv)
{
    const struct timeval soon = {1, 0};
    const struct sockaddr_in four = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)atoi(argc > 0 ? argv[0] : "1")),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);

    if (fd < 0)
        return held("socket");
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
    if (sendto(fd, "?", 1, 0, (const struct sockaddr *)&four, sizeof(four)) == 1)
        look_for_secret(fd, "UDP");
    return held("sendto");
}
