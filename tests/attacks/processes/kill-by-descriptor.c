/* SPDX-License-Identifier: MIT */
/* tries: to signal a process of the host by a descriptor of it.
 * stopped by: seccomp (pidfd_open), pid-namespace, landlock
 * arguments: {victim}
 * options: --on-refusal errno
 * right: ok
 * host: victim unharmed
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const int fd = (int)syscall(SYS_pidfd_open, argc > 0 ? atoi(argv[0]) : -1, 0);

    if (fd < 0)
        return held("pidfd_open");
    syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
    return held("pidfd_send_signal");
}
