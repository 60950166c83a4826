/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - facts in, verdict out: a pure function.
 *
 * Facts come from the supervisor and the kernel only. A limit's verdict needs
 * the limit to have fired, or the final figure to be above it; a signal or an
 * exit code that a target makes itself never stands for a limit.
 */
#ifndef DP_VERDICT_H
#define DP_VERDICT_H

#include "dualpipe.h"

struct dp_facts {
    /* What the supervisor killed it for; the first one. */
    bool violation;
    bool time_fired;
    bool wall_fired;
    bool idle_fired;
    bool memory_fired; /* what it held was above the limit */
    bool output_fired;
    bool cancelled;

    bool has_status;
    int status; /* as from wait(2) */
    int64_t oom_kills; /* processes of the box that the kernel killed at the limit */
    bool was_asleep;   /* when a wall or idle limit fired */
    char waits_for[16];
    bool exec_too_large;       /* never run: its data exceed the memory limit */
    bool allocation_refused;   /* one was seen that the memory limit does not let
                                * through */
    int64_t allocation_bytes;  /* its size */
    int64_t executable_bytes;  /* with exec_too_large */
};

/* Set verdict, memory cause, reason and truncation; .usage, .limits and
 * .refused are there already. */
void dp_verdict_decide(struct dualpipe_result *result, const struct dp_facts *facts);

#endif
