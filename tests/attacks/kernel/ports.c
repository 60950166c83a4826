/* SPDX-License-Identifier: MIT */
/* tries: to reach the machine's ports (iopl, ioperm).
 * stopped by: seccomp, capabilities
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"
#include <sys/io.h>

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (iopl(3) == 0 || ioperm(0x70, 2, 1) == 0)
        escaped("the machine's ports");
    return held("iopl");
}
