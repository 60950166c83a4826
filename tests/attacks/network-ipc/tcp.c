/* SPDX-License-Identifier: MIT */
/* tries: to reach a server on the host by TCP, on IPv4 and IPv6.
 * stopped by: network-namespace (no device is up), seccomp, landlock (6.7)
 * arguments: {port}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <arpa/inet.h>

static void reach(int family, const void *address, socklen_t length)
{
    const int fd = socket(family, SOCK_STREAM, 0);

    if (fd >= 0 && connect(fd, address, length) == 0)
        look_for_secret(fd, "TCP");
    if (fd >= 0)
        close(fd);
}

static int attack(int argc, char **argv)
{
    const uint16_t port = htons((uint16_t)atoi(argc > 0 ? argv[0] : "1"));
    const struct sockaddr_in four = {
        .sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = port, .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    reach(AF_INET, &four, sizeof(four));
    reach(AF_INET6, &six, sizeof(six));
    return held("connect");
}
