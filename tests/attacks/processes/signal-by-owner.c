/* SPDX-License-Identifier: MIT */
/* tries: to kill a process of the host by making it the owner of a pipe's signals.
 * stopped by: seccomp (fcntl's commands), pid-namespace, landlock
 * arguments: {victim}
 * right: ok
 * host: victim unharmed
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const pid_t pid = argc > 0 ? atoi(argv[0]) : -1;
    int ends[2];

    if (pipe(ends) != 0)
        return held("pipe");
    if (fcntl(ends[0], F_SETOWN, pid) != 0 || fcntl(ends[0], F_SETSIG, SIGKILL) != 0 ||
        fcntl(ends[0], F_SETFL, O_ASYNC) != 0)
        return held("fcntl");
    if (write(ends[1], "x", 1) != 1)
        return held("write");
    usleep(100000);
    return held("O_ASYNC");
}
