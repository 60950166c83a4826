/* SPDX-License-Identifier: MIT */
/* tries: to look like a run over its output limit, by SIGXFSZ and SIGPIPE.
 * stopped by: output is counted by the supervisor
 * right: signalled=13, signalled=25
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    raise(SIGPIPE);
    raise(SIGXFSZ);
    return 0;
}
