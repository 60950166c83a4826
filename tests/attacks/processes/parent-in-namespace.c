/* SPDX-License-Identifier: MIT */
/* tries: to become a process 1 itself, in a pid namespace below the box's.
 * stopped by: seccomp, rlimits, user-namespace
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int status = 0;
    pid_t pid;

    (void)argc;
    (void)argv;
    if (!become_root(CLONE_NEWPID))
        return held("unshare");
    pid = fork();
    if (pid == 0)
        _exit(getpid() == 1 ? 42 : 0);
    if (pid > 0 && waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 42)
        escaped("root and process 1 of namespaces of its own");
    return held("fork");
}
