/* SPDX-License-Identifier: MIT */
/* tries: to give the host another name.
 * stopped by: uts-namespace, seccomp, capabilities
 * options: --on-refusal errno
 * right: ok
 * host: settings unchanged
 * raw: vm
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    sethostname("taken-over", 10);
    setdomainname("taken-over", 10);
    return held("sethostname");
}
