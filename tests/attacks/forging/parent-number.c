/* SPDX-License-Identifier: MIT */
/* tries: to learn how busy the host is, by the numbers of its processes.
 * stopped by: pid-namespace
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (getpid() > 50)
        escaped("it is process %d", (int)getpid());
    return held("getpid");
}
