/* SPDX-License-Identifier: MIT */
/* tries: nothing: ten children, one after the other, as a shell has them.
 * kind: neighbour
 * stopped by: nothing
 * policy: shell
 * options: -p 8
 * right: ok
 * prints: 10
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int ended = 0;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 10; i++) {
        const pid_t pid = fork();
        int status;

        if (pid == 0)
            _exit(i);
        if (pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == i)
            ended++;
    }
    printf("%d\n", ended);
    return 0;
}
