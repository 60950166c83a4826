/* SPDX-License-Identifier: MIT */
/* tries: to bring up a network of its own, as root of a user namespace.
 * stopped by: seccomp, capabilities, rlimits (no more user namespaces)
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <net/if.h>
#include <sys/ioctl.h>

static int attack(int argc, char **argv)
{
    struct ifreq request = {.ifr_name = "lo"};
    int fd;

    (void)argc;
    (void)argv;
    become_root(CLONE_NEWNET);
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0)
        return held("socket");
    request.ifr_flags = IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, &request) == 0)
        escaped("a network device is up");
    return held("ioctl(SIOCSIFFLAGS)");
}
