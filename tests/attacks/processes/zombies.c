/* SPDX-License-Identifier: MIT */
/* tries: to fill the process table with children that nobody waits for.
 * stopped by: rlimits, cgroup (pids), the limit of processes
 * policy: shell
 * options: -p 20 -w 20
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int made = 1;

    (void)argc;
    (void)argv;
    for (; made < 81; made++) {
        const pid_t pid = fork();

        if (pid < 0)
            return held("fork");
        if (pid == 0)
            _exit(0);
    }
    escaped("%d zombies", made);
    return 0;
}
