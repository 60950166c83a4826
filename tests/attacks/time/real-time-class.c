/* SPDX-License-Identifier: MIT */
/* tries: to become a real-time process that nothing else can interrupt.
 * stopped by: seccomp, capabilities, rlimits
 * safe: no: as root it would take the CPUs
 * options: -t 0.3 --on-refusal errno
 * right: ok, time-limit
 * raw: no: an ordinary user may not; as root it could take the machine
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const struct sched_param most = {.sched_priority = 1};

    (void)argc;
    (void)argv;
    setpriority(PRIO_PROCESS, 0, -20);
    if (getpriority(PRIO_PROCESS, 0) < 0)
        escaped("it is nicer than others");
    sched_setscheduler(0, SCHED_FIFO, &most);
    if (sched_getscheduler(0) == SCHED_FIFO)
        escaped("it is a real-time process");
    return held("sched_setscheduler");
}
