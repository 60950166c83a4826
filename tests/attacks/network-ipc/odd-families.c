/* SPDX-License-Identifier: MIT */
/* tries: to reach seldom used parts of the kernel by sockets: AF_ALG, vsock, netfilter, bluetooth
 *     and more.
 * stopped by: seccomp
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int found = 0;

    (void)argc;
    (void)argv;
    for (int family = 0; family < 50; family++)
        for (int type = 1; type < 11; type++)
            if (family != AF_UNIX && family != AF_INET && family != AF_INET6 &&
                socket(family, type, 0) >= 0)
                found = family;
    if (found)
        escaped("a socket of family %d", found);
    return held("socket");
}
