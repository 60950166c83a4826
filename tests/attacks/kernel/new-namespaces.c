/* SPDX-License-Identifier: MIT */
/* tries: each namespace by itself, by unshare and by clone.
 * stopped by: seccomp, capabilities
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const int flags[] = {CLONE_NEWNS,     CLONE_NEWNET, CLONE_NEWUTS, CLONE_NEWIPC,
                                CLONE_NEWCGROUP, CLONE_NEWPID, 0x80 /* CLONE_NEWTIME */};

    (void)argc;
    (void)argv;
    for (int i = 0; i < 7; i++) {
        /* CLONE_NEWTIME is a signal's number to clone(2). */
        const long pid = flags[i] == 0x80 ? -1 : syscall(SYS_clone, flags[i] | SIGCHLD, 0, 0, 0, 0);

        if (pid == 0)
            _exit(0);
        if (pid > 0 || unshare(flags[i]) == 0)
            escaped("a namespace of kind 0x%x", (unsigned)flags[i]);
    }
    return held("unshare");
}
