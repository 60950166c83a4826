/* SPDX-License-Identifier: MIT */
/*
 * closeness.c - make this thread quick for the last milliseconds before a limit,
 * and, where a target's clock is only current on its own CPU, put it there. The
 * thread may be the caller's: it gets its CPUs, its slice and its slack back, and
 * never another scheduling class.
 */
#include "freshen.h"
#include "run.h"

#include <sys/prctl.h>

/* From 6.12 on a normal thread may ask for a slice of its own: 0.1 ms. */
#define SHORT_SLICE_NS 100000

/* On a host with more CPUs than this, to visit them all would itself be late. */
#define VISITS_MAX 16

/* How late a nap may end: for normal threads 50 us, if nobody asks for less. */
#define SHORT_SLACK_NS 1

void dp_closeness_quicken(struct dp_closeness *closeness)
{
    if (closeness->is_quick)
        return;
    closeness->is_quick = true;
    closeness->slack_ns = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
    prctl(PR_SET_TIMERSLACK, SHORT_SLACK_NS, 0, 0, 0);
    dp_slice_set(SHORT_SLICE_NS);
}

void dp_closeness_start(struct dp_closeness *closeness)
{
    closeness->cpu = -1;
    closeness->is_close = sched_getaffinity(0, sizeof(closeness->before), &closeness->before) == 0;
    dp_closeness_quicken(closeness);
}

void dp_closeness_follow(struct dp_closeness *closeness, int cpu)
{
    cpu_set_t one;

    if (!closeness->is_close || cpu < 0 || cpu >= CPU_SETSIZE || cpu == closeness->cpu ||
        !CPU_ISSET((unsigned)cpu, &closeness->before))
        return;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    if (sched_setaffinity(0, sizeof(one), &one) == 0)
        closeness->cpu = cpu;
}

void dp_closeness_visit(struct dp_closeness *closeness, const cpu_set_t *set)
{
    unsigned visits = 0;

    for (int cpu = 0; cpu < CPU_SETSIZE && visits < VISITS_MAX; cpu++) {
        if (!CPU_ISSET((unsigned)cpu, set ? set : &closeness->before))
            continue;
        dp_closeness_follow(closeness, cpu);
        visits++;
    }
}

void dp_closeness_end(struct dp_closeness *closeness)
{
    if (closeness->is_close && closeness->cpu >= 0)
        sched_setaffinity(0, sizeof(closeness->before), &closeness->before);
    closeness->is_close = false;
    if (!closeness->is_quick)
        return;
    closeness->is_quick = false;
    dp_slice_set(0); /* the kernel's own again */
    prctl(PR_SET_TIMERSLACK, closeness->slack_ns, 0, 0, 0);
}
