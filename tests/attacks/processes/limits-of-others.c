/* SPDX-License-Identifier: MIT */
/* tries: to change the limits, priority and CPUs of a process of the host.
 * stopped by: seccomp, pid-namespace
 * arguments: {victim}
 * options: --on-refusal errno
 * right: ok
 * host: victim unharmed
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const pid_t pid = argc > 0 ? atoi(argv[0]) : -1;
    const struct rlimit one = {1, 1};
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    if (syscall(SYS_prlimit64, pid, RLIMIT_NOFILE, &one, NULL) == 0)
        escaped("the limits of process %d are changed", (int)pid);
    if (setpriority(PRIO_PROCESS, (id_t)pid, 19) == 0)
        escaped("the priority of process %d is changed", (int)pid);
    if (sched_setaffinity(pid, sizeof(cpus), &cpus) == 0)
        escaped("the CPUs of process %d are changed", (int)pid);
    return held("prlimit64");
}
