/* SPDX-License-Identifier: MIT */
/* tries: to find any process beside its own by signal 0.
 * stopped by: pid-namespace, landlock (its scope of signals)
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int found = 0;

    (void)argc;
    (void)argv;
    if (getpid() == 1)
        escaped("it is process 1 itself");
    for (pid_t pid = 2; pid < 100000; pid++) {
        if (pid == getpid() || kill(pid, 0) != 0)
            continue;
        /* What is dead and not reaped yet takes signals, too. */
        for (int i = 0; i < 100 && kill(pid, 0) == 0; i++)
            usleep(10000);
        if (kill(pid, 0) == 0)
            found = pid;
        if (found)
            escaped("process %d", found);
    }
    return held("kill(0)");
}
