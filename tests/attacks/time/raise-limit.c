/* SPDX-License-Identifier: MIT */
/* tries: to raise its own CPU limit, then use the CPU.
 * stopped by: rlimits that are hard, the policy, and the supervisor's own clock
 * options: -t 0.3 --on-refusal errno
 * right: time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

    (void)argc;
    (void)argv;
    signal(SIGXCPU, SIG_IGN);
    setrlimit(RLIMIT_CPU, &none);
    syscall(SYS_prlimit64, 0, RLIMIT_CPU, &none, NULL);
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 3)
        ;
    escaped("ten times the CPU limit");
    return 0;
}
