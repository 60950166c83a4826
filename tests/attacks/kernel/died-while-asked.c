/* SPDX-License-Identifier: MIT */
/* tries: to die while the supervisor answers it, again and again.
 * stopped by: the supervisor takes a vanished caller for what it is
 * policy: shell
 * options: -w 20 --on-refusal errno
 * right: ok, violation
 * raw: no: there is no supervisor
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int i = 0; i < 100; i++) {
        const pid_t pid = fork();

        if (pid == 0)
            for (;;)
                syscall(SYS_setpriority, 0, 0, 0);
        usleep(200);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return held("setpriority");
}
