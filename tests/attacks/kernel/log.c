/* SPDX-License-Identifier: MIT */
/* tries: to read the kernel's log, with addresses and names in it.
 * stopped by: seccomp, capabilities
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"
#include <sys/klog.h>

static int attack(int argc, char **argv)
{
    char data[4096];

    (void)argc;
    (void)argv;
    if (klogctl(3 /* read all */, data, sizeof(data)) > 0)
        escaped("the kernel's log");
    return held("klogctl");
}
