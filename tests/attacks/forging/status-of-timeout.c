/* SPDX-License-Identifier: MIT */
/* tries: to look like a run that timeout(1) ended, by status 124.
 * stopped by: verdicts from the wait status and the supervisor's own clocks
 * right: nonzero-exit=124
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return 124;
}
