/* SPDX-License-Identifier: MIT */
/* tries: to execute another program of the host, by all calls there are.
 * stopped by: seccomp (the gate: one answer, once), landlock, mount-namespace
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const paths[] = {"/bin/echo", "/usr/bin/echo", "/bin/busybox"};
    char *nothing[] = {NULL};

    (void)argc;
    (void)argv;
    for (int i = 0; i < 3; i++) {
        char *words[] = {(char *)(uintptr_t)(i < 2 ? "echo" : "busybox"),
                         (char *)(uintptr_t)(i < 2 ? "ESCAPED: another program" : "echo"),
                         i < 2 ? NULL : (char *)(uintptr_t) "ESCAPED: another program", NULL};

        execve(paths[i], words, nothing);
        syscall(SYS_execveat, AT_FDCWD, paths[i], words, nothing, 0);
        syscall(SYS_execveat, open(paths[i], O_RDONLY | O_CLOEXEC), "", words, nothing,
                AT_EMPTY_PATH);
    }
    return held("execve");
}
