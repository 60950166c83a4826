/* SPDX-License-Identifier: MIT */
/* tries: to hide its CPU time in children that end before they are looked at.
 * stopped by: the CPU limit, which is of all processes together
 * policy: shell
 * options: -t 0.3 -w 30
 * right: time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    struct rusage used = {0};

    (void)argc;
    (void)argv;
    while (used.ru_utime.tv_sec + used.ru_stime.tv_sec < 3) {
        const pid_t pid = fork();

        if (pid == 0) {
            for (volatile int i = 0; i < 3000000; i++)
                ;
            _exit(0);
        }
        if (pid < 0 || waitpid(pid, NULL, 0) != pid)
            return 1;
        getrusage(RUSAGE_CHILDREN, &used);
    }
    escaped("ten times the CPU limit");
    return 0;
}
