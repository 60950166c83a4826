/* SPDX-License-Identifier: MIT */
/* tries: to kill every process there is, the supervisor and its user's included.
 * stopped by: pid-namespace, landlock (its scope of signals), user-namespace
 * right: ok
 * host: victim unharmed
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    kill(-1, SIGTERM);
    kill(-1, SIGKILL);
    return held("kill(-1)");
}
