/* SPDX-License-Identifier: MIT */
/* tries: to reach a server on the host by MPTCP, which Landlock's rules of TCP do not see.
 * stopped by: network-namespace, seccomp
 * arguments: {port}
 * options: --on-refusal errno
 * right: ok
 * raw: maybe: where the kernel has MPTCP
 */
#include "../attack.h"
#include <arpa/inet.h>

static int attack(int argc, char **argv)
{
    const struct sockaddr_in four = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)atoi(argc > 0 ? argv[0] : "1")),
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&four, sizeof(four)) == 0)
        look_for_secret(fd, "MPTCP");
    return held("connect");
}
