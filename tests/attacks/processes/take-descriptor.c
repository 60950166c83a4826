/* SPDX-License-Identifier: MIT */
/* tries: to take an open descriptor out of a process of the host.
 * stopped by: seccomp, pid-namespace, landlock (its domain)
 * arguments: {victim}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const int fd = (int)syscall(SYS_pidfd_open, argc > 0 ? atoi(argv[0]) : -1, 0);

    if (fd < 0)
        return held("pidfd_open");
    for (int number = 3; number < 10; number++) {
        const int taken = (int)syscall(SYS_pidfd_getfd, fd, number, 0);

        if (taken >= 0)
            lseek(taken, 0, SEEK_SET);
        look_for_secret(taken, "pidfd_getfd");
    }
    return held("pidfd_getfd");
}
