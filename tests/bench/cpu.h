/* SPDX-License-Identifier: MIT */
/* cpu.h - keep to one CPU for a while, with all that is started meanwhile. */
#ifndef BENCH_CPU_H
#define BENCH_CPU_H

#include <errno.h>
#include <sched.h>

/* cpu is -1 for any. Returns 0 or a negative errno value. */
static inline int cpu_take(int cpu, cpu_set_t *before)
{
    cpu_set_t one;

    if (sched_getaffinity(0, sizeof(*before), before) != 0)
        return -errno;
    if (cpu < 0)
        return 0;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    return sched_setaffinity(0, sizeof(one), &one) == 0 ? 0 : -errno;
}

static inline void cpu_give_back(const cpu_set_t *before)
{
    sched_setaffinity(0, sizeof(*before), before);
}

/* The first one that may be used. */
static inline int cpu_first(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
            if (CPU_ISSET((unsigned)cpu, &set))
                return cpu;
    return 0;
}

#endif /* BENCH_CPU_H */
