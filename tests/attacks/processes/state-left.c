/* SPDX-License-Identifier: MIT */
/* tries: to leave to the next job what a process has beside memory: priorities, limits, masks,
 *     timers, pending signals, a session, names, CPUs.
 * stopped by: every target is a process of its own, made from one that it cannot reach
 * policy: shell
 * right: ok
 * raw: no: it harms whoever is made of the same process, and outside that is nobody
 */
#include "../attack.h"

#include <sys/prctl.h>
#include <sys/time.h>

static void spoil(pid_t pid)
{
    const struct rlimit small = {4096, 4096};
    const struct sched_param none = {0};
    cpu_set_t first;

    CPU_ZERO(&first);
    CPU_SET(0, &first);
    for (int kind = 0; kind < 16; kind++)
        if (kind != RLIMIT_AS && kind != RLIMIT_DATA && kind != RLIMIT_STACK && kind != RLIMIT_CPU)
            syscall(SYS_prlimit64, pid, kind, &small, NULL);
    setpriority(PRIO_PROCESS, (id_t)pid, 19);
    setpriority(PRIO_USER, 0, 19);
    syscall(SYS_ioprio_set, 1, pid, 3 << 13);
    sched_setscheduler(pid, SCHED_IDLE, &none);
    sched_setaffinity(pid, sizeof(first), &first);
    setpgid(pid, 0);
    kill(pid, SIGWINCH);
    kill(pid, SIGURG);
}

static int attack(int argc, char **argv)
{
    const struct itimerval soon = {{0, 500000}, {0, 500000}};
    sigset_t all;

    (void)argc;
    (void)argv;
    spoil(getppid());
    spoil(1);
    spoil(0);
    umask(0777);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    prctl(PR_SET_NAME, "not-its-own");
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    raise(SIGUSR1);
    return held("its state");
}
