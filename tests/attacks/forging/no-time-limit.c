/* SPDX-License-Identifier: MIT */
/* tries: to look like a run over its CPU limit by sending itself SIGXCPU.
 * stopped by: a limit's verdict needs the supervisor's own measure
 * right: signalled=24
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    raise(SIGXCPU);
    return 0;
}
