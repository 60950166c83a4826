/* SPDX-License-Identifier: MIT */
/* tries: to outlive its run where the policy lets no process be made.
 * stopped by: seccomp, pid-namespace (all end with its process 1), cgroup
 * options: -w 20 --on-refusal errno
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
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        sleep(30);
        _exit(0);
    }
    usleep(20000);
    return held("fork");
}
