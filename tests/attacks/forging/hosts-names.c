/* SPDX-License-Identifier: MIT */
/* tries: to learn who and where it is: the host's name and users.
 * stopped by: uts-namespace, user-namespace (ids are 1000 inside), mount-namespace
 * arguments: {hostname}
 * right: ok
 */
#include "../attack.h"
#include <sys/utsname.h>

static int attack(int argc, char **argv)
{
    struct utsname it;

    if (uname(&it) == 0 && argc > 0 && strcmp(it.nodename, argv[0]) == 0)
        escaped("the host is %s", it.nodename);
    if (getuid() == 65534 || getuid() == 0)
        escaped("the host's uid is %d", (int)getuid());
    return held("uname");
}
