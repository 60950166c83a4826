/* SPDX-License-Identifier: MIT */
/* tries: to make a process that is the supervisor's child and not its own (CLONE_PARENT,
 *     CLONE_UNTRACED).
 * stopped by: seccomp (clone's flags), pid-namespace
 * policy: shell
 * options: --on-refusal errno
 * right: ok
 * host: nothing left
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int i = 0; i < 3; i++) {
        const long pid = syscall(SYS_clone, CLONE_PARENT | (i ? CLONE_UNTRACED : 0), 0, 0, 0, 0);

        if (pid == 0) {
            setsid();
            for (int fd = 0; fd < 3; fd++)
                close(fd);
            sleep(30);
            _exit(0);
        }
    }
    return held("clone(CLONE_PARENT)");
}
