/* SPDX-License-Identifier: MIT */
/* tries: to make processes without end.
 * stopped by: rlimits (RLIMIT_NPROC in the box's user namespace), cgroup (pids), the limit of
 *     processes
 * safe: no: it would take every process there is
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
        if (pid == 0) {
            sleep(5);
            _exit(0);
        }
    }
    escaped("%d processes where 20 are allowed", made);
    return 0;
}
