/* SPDX-License-Identifier: MIT */
/* limits.h - which limits are in force for a job, and what the kernel is told. */
#ifndef DP_LIMITS_H
#define DP_LIMITS_H

#include "dualpipe.h"
#include "plan.h"

/* The job's limits over the policy's; clamped to what the host may set.
 * Nothing in the result is 0. */
int dp_limits_resolve(struct dualpipe_limits *resolved, const struct dualpipe_limits *job,
                      const struct dualpipe_limits *policy, struct dualpipe_error *error);

/* Is each of them a limit, DUALPIPE_UNLIMITED or 0? */
int dp_limits_check(const struct dualpipe_limits *limits, struct dualpipe_error *error);

/* Those that are 0 become the others. */
void dp_limits_fill(struct dualpipe_limits *limits, const struct dualpipe_limits *others);

#define DP_RLIMIT_STEPS 12

/* The rlimits that the child sets itself. inherited_bytes is what a function
 * target has of its host's private memory before it starts, else 0. Returns how
 * many. */
unsigned dp_limits_rlimits(struct dp_rlimit_step steps[DP_RLIMIT_STEPS],
                           const struct dualpipe_limits *limits, int64_t inherited_bytes);

/* VmData of this process: what a fork of it starts with; 0 where unknown. */
int64_t dp_limits_own_data_bytes(void);

/* Those that the supervisor sets from outside, at the gate. own_processes of
 * ours have the target's uid, and count too. Returns how many. */
#define DP_GATE_RLIMITS 2
unsigned dp_limits_gate_rlimits(struct dp_rlimit_step steps[DP_GATE_RLIMITS],
                                const struct dualpipe_limits *limits, unsigned own_processes);

#endif
