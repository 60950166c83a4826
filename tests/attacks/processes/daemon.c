/* SPDX-License-Identifier: MIT */
/* tries: to outlive its run: a double fork, a session of its own, deaf to all signals.
 * stopped by: pid-namespace (all end with its process 1), cgroup
 * policy: shell
 * options: -w 20
 * right: ok
 * host: nothing left
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            for (int number = 1; number < 65; number++)
                signal(number, SIG_IGN);
            for (int fd = 0; fd < 3; fd++)
                close(fd);
            sleep(30);
        }
        _exit(0);
    }
    usleep(20000);
    return 0;
}
