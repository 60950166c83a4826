/* SPDX-License-Identifier: MIT */
/*
 * closeness.c - put this thread on a target's CPU for the last milliseconds
 * before a limit, and back. The thread may be the caller's: it gets its CPUs
 * and its slice back, and never another scheduling class.
 */
#include "run.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From 6.12 on a normal thread may ask for a slice of its own: 0.1 ms. */
#define SHORT_SLICE_NS 100000

/* On a host with more CPUs than this, to visit them all would itself be late. */
#define VISITS_MAX 16

struct attributes { /* struct sched_attr, which no header of Debian 12 has */
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

static void set_slice(uint64_t slice_ns)
{
    struct attributes attributes = {0};

    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0 ||
        (attributes.policy != SCHED_OTHER && attributes.policy != SCHED_BATCH))
        return;
    attributes.size = sizeof(attributes);
    attributes.runtime = slice_ns;
    syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void dp_closeness_start(struct dp_closeness *closeness)
{
    closeness->cpu = -1;
    if (sched_getaffinity(0, sizeof(closeness->before), &closeness->before) != 0)
        return;
    set_slice(SHORT_SLICE_NS);
    closeness->is_close = true;
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
    sched_setaffinity(0, sizeof(closeness->before), &closeness->before);
    set_slice(0); /* the kernel's own again */
    closeness->is_close = false;
}
