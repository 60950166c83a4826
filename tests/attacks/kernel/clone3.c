/* SPDX-License-Identifier: MIT */
/* tries: to get a user namespace by clone3(2), whose flags no filter can see.
 * stopped by: seccomp (ENOSYS), user-namespace (no more of them inside)
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    uint64_t arguments[11] = {CLONE_NEWUSER | CLONE_NEWNET, 0, 0, 0, SIGCHLD, 0, 0, 0, 0, 0, 0};
    int status = 0;
    const long pid = syscall(SYS_clone3, arguments, sizeof(arguments));

    (void)argc;
    (void)argv;
    if (pid == 0)
        _exit(42);
    if (pid > 0 && waitpid((pid_t)pid, &status, 0) == pid && WEXITSTATUS(status) == 42)
        escaped("a process in a user namespace of its own");
    return held("clone3");
}
