/* SPDX-License-Identifier: MIT */
/*
 * meter.h - what a running target has used so far, and what it is doing.
 *
 * CPU time comes from the target's own clock where it is the only process, from
 * the cgroup where there is one, less what init used there, else from a walk over
 * the box's processes by way of their parents. All in microseconds since the gate.
 */
#ifndef DP_METER_H
#define DP_METER_H

#include "run.h"

/* Once, at the gate. */
void dp_meter_start(struct dp_run *run);

/* CPU time of all, or -1 once nobody can be asked any more. */
int64_t dp_meter_cpu_us(struct dp_run *run);

/* Once, when the target is over and its group is still there. */
void dp_meter_end(struct dp_run *run);

/* Init's sum over all that have died, where it counts them. */
void dp_meter_hear_of_dead(struct dp_run *run, int64_t dead_us);

/* Make what it will say current, to the microsecond, rather than to the last tick
 * of each CPU. Returns false where this kernel cannot, or for too many threads. */
bool dp_meter_freshen(const struct dp_run *run);

/* Without a memory cgroup and with several processes: the sum of what they
 * hold in memory, as the last walk found it; else DUALPIPE_UNKNOWN. */
int64_t dp_meter_memory_bytes(const struct dp_run *run);

/* Does no thread of the target run or wait for a disk? Says in a word what the
 * first one waits for. */
bool dp_meter_is_asleep(const struct dp_run *run, char *waits_for, size_t size);

/* The CPU that the target last ran on; -1: it has several threads, or is gone. */
int dp_meter_only_cpu(const struct dp_run *run);

/* Processes that the kernel has killed for want of memory, at the limits of cgroups
 * too, or -1. */
int64_t dp_meter_host_oom_kills(void);

/* What the hypervisor took from this host's CPUs since it started, or -1. */
int64_t dp_meter_host_steal_us(void);

#endif
