/* SPDX-License-Identifier: MIT */
/* tries: to fill the kernel with queued signals, whose number is shared with the host's user.
 * stopped by: rlimits (RLIMIT_SIGPENDING)
 * options: -m 32M
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const union sigval nothing = {0};
    long queued = 0;
    sigset_t all;

    (void)argc;
    (void)argv;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    while (queued < 10000 && sigqueue(getpid(), SIGRTMIN, nothing) == 0)
        queued++;
    if (queued > 2000)
        escaped("%ld queued signals", queued);
    return held("sigqueue");
}
