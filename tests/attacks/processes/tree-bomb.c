/* SPDX-License-Identifier: MIT */
/* tries: to make processes that make processes, each of which leaves its parent.
 * stopped by: rlimits, cgroup (pids), the limit of processes
 * safe: no: it would take every process there is
 * policy: shell
 * options: -p 20 -w 2 -t 2
 * right: ok, wall-limit, time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int ends[2];
    int alive = 0;
    char byte;

    (void)argc;
    (void)argv;
    if (pipe(ends) != 0)
        return 1;
    for (int level = 0; level < 7; level++)
        if (fork() == 0)
            setsid();
    if (getpgrp() == getpid() && write(ends[1], "x", 1) == 1)
        sleep(3);
    close(ends[1]);
    while (read(ends[0], &byte, 1) == 1)
        if (++alive > 80)
            escaped("%d processes at once where 20 are allowed", alive);
    return held("fork");
}
