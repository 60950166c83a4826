/* SPDX-License-Identifier: MIT */
/* tries: to look like a run that the kernel killed for its memory, by SIGKILL to itself.
 * stopped by: a limit's verdict needs evidence of the kernel
 * right: signalled=9
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    raise(SIGKILL);
    return 0;
}
