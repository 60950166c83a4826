/* SPDX-License-Identifier: MIT */
/* tries: to execute a program by the loader, which is allowed to be executed.
 * stopped by: seccomp (the gate), mount-namespace
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char *words[] = {(char *)(uintptr_t) "ld.so", (char *)(uintptr_t) "/bin/echo",
                     (char *)(uintptr_t) "ESCAPED: by the loader", NULL};
    char *nothing[] = {NULL};

    (void)argc;
    (void)argv;
    execve("/lib64/ld-linux-x86-64.so.2", words, nothing);
    return held("execve");
}
