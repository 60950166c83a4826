/* SPDX-License-Identifier: MIT */
/* tries: to gain a right by being a program with set-uid and set-gid bits.
 * stopped by: no-new-privileges, mount-namespace (nosuid), user-namespace
 * safe: no: it needs a set-user-ID program
 * build: set-id
 * right: ok
 * raw: no: it is the same user
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (getuid() != geteuid() || getgid() != getegid() || geteuid() == 0)
        escaped("uid %d, effective uid %d", (int)getuid(), (int)geteuid());
    return held("set-uid");
}
