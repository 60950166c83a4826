/* SPDX-License-Identifier: MIT */
/* tries: to look like a killed run, by status 137, as shells have it.
 * stopped by: exit codes and signals are never folded into each other
 * right: nonzero-exit=137
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 137;
}
