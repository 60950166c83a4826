/* SPDX-License-Identifier: MIT */
/* tries: to learn of the host's network: its devices and addresses, by netlink.
 * stopped by: network-namespace, seccomp
 * options: --on-refusal errno
 * right: ok
 * raw: maybe: where the host has a device of its own
 */
#include "../attack.h"
#include <net/if.h>
#include <sys/ioctl.h>

static int attack(int argc, char **argv)
{
    struct if_nameindex *all = if_nameindex();

    (void)argc;
    (void)argv;
    for (struct if_nameindex *one = all; one && one->if_index; one++)
        if (strcmp(one->if_name, "lo") != 0)
            escaped("the device %s", one->if_name);
    for (unsigned i = 1; i < 16; i++) {
        char name[IF_NAMESIZE];

        if (if_indextoname(i, name) && strcmp(name, "lo") != 0)
            escaped("the device %s", name);
    }
    return held("socket");
}
