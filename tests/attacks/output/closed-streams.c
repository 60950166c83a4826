/* SPDX-License-Identifier: MIT */
/* tries: to close all its descriptors and stay.
 * stopped by: the wall limit: the end of a stream is not the end of a run
 * options: -w 0.4
 * right: wall-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);
    const int kept = dup(1);

    (void)argc;
    (void)argv;
    for (int fd = 0; fd < 1024; fd++)
        if (fd != kept)
            close(fd);
    while (seconds_of(CLOCK_MONOTONIC) < start + 6)
        sleep(1);
    dup2(kept, 1);
    escaped("fifteen times the wall limit");
    return 0;
}
