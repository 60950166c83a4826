/* SPDX-License-Identifier: MIT */
/* tries: to wait for connections of the host, on a port of its own.
 * stopped by: seccomp, network-namespace
 * arguments: {free-port}
 * options: --on-refusal errno -w 20
 * right: ok
 * host: port unreachable
 */
#include "../attack.h"
#include <arpa/inet.h>

static int attack(int argc, char **argv)
{
    const struct sockaddr_in four = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)atoi(argc > 0 ? argv[0] : "1")),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0)
        return held("socket");
    if (bind(fd, (const struct sockaddr *)&four, sizeof(four)) != 0 || listen(fd, 1) != 0)
        return held("bind");
    write(1, "listening\n", 10);
    sleep(1);
    return 0;
}
