/* SPDX-License-Identifier: MIT */
/* tries: to kill one process of the host by its number there.
 * stopped by: pid-namespace (there is no such number), landlock (its scope of signals)
 * arguments: {victim}
 * right: ok
 * host: victim unharmed
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const pid_t pid = argc > 0 ? atoi(argv[0]) : -1;

    if (pid <= 1)
        return 1;
    for (int number = 1; number < 65; number++) {
        const union sigval nothing = {0};

        kill(pid, number);
        syscall(SYS_tkill, pid, number);
        syscall(SYS_tgkill, pid, pid, number);
        sigqueue(pid, number, nothing);
    }
    return held("kill");
}
