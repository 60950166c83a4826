/* SPDX-License-Identifier: MIT */
/* tries: to have the time that it waits counted as CPU time, or the other way round.
 * stopped by: measures of the kernel
 * options: -t 0.3 -w 20
 * right: ok
 * cpu at most: 200000
 * raw: no: there is no report
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const struct timespec moment = {0, 600000000};

    (void)argc;
    (void)argv;
    nanosleep(&moment, NULL);
    return 0;
}
