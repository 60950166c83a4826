/* SPDX-License-Identifier: MIT */
/* tries: to stop itself by SIGSTOP: a stopped process takes no other signal.
 * stopped by: the wall limit: SIGKILL works on the stopped
 * options: -w 0.3
 * right: wall-limit
 * raw: outlasts
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);

    (void)argc;
    (void)argv;
    raise(SIGSTOP);
    while (seconds_of(CLOCK_MONOTONIC) < start + 6)
        pause();
    escaped("twenty times the wall limit");
    return 0;
}
