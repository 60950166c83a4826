/* SPDX-License-Identifier: MIT */
/*
 * slot.h - one place of a pool: the box that is ready there, and the run of a
 * job in it. Used by one thread at a time, but for dp_slot_cancel().
 */
#ifndef DP_SLOT_H
#define DP_SLOT_H

#include "cpus.h"
#include "program_store.h"
#include "run.h"
#include "warm.h"

#include <pthread.h>

/* What all slots of a pool have in common; set once. */
struct dp_slot_plan {
    enum dualpipe_freshness freshness;
    const struct dualpipe_policy *policy;
    struct dualpipe_limits limits;
    struct dp_program_store *programs;
    const struct dualpipe_bind *binds; /* of all boxes */
    size_t bind_count;
    const char *directory;             /* likewise; NULL: the policy's */
    struct dp_interpreter interpreter; /* .words is NULL: boxes for any program */
};

struct dp_slot {
    const struct dp_slot_plan *plan;
    struct dp_cpus cpus;
    char cpu_list[128]; /* the same for jobs that get a new box; "" where none were named */
    enum dualpipe_freshness freshness; /* of its boxes: where need be, more than the plan's */
    struct dp_warm warm;
    struct dp_run *parked;       /* in .warm, ready for a job; or NULL */
    struct dp_run *ended;        /* of the last job, to be left when nobody waits; or NULL */
    struct dp_run *spare;        /* memory for the next one, or NULL */
    struct dp_patience patience; /* of whoever makes its boxes */
    bool is_used;                /* .warm has had a job */
    bool is_spoilt;              /* .warm is not to be used again */
    bool broken_pipe;            /* a write of the last run said EPIPE */
    char why_not[60];            /* no box could be made, or "" */
    struct dualpipe_error error; /* the last one that kept a box from being made */
    pthread_mutex_t lock;
    struct dp_run *run; /* under way; under the lock */
    bool is_cancelled;  /* the job that is under way; under the lock */
};

/* cpus as in the pool's options. On failure nothing is held. */
int dp_slot_init(struct dp_slot *slot, const struct dp_slot_plan *plan, const char *cpus,
                 struct dualpipe_error *error);
void dp_slot_release(struct dp_slot *slot);

/* Make a box ready for the next job; where that fails, jobs get new ones, and .error
 * says why. Takes a while: for the time when nobody waits. Returns 0, or a negative
 * errno value. */
int dp_slot_prepare(struct dp_slot *slot);

/* Run a job to its end. Returns as dualpipe_run(). */
int dp_slot_run(struct dp_slot *slot, const struct dualpipe_job *job,
                struct dualpipe_result *result, struct dualpipe_error *error);

/* End the job that is under way, from any thread; before dp_slot_begin(), none. */
void dp_slot_cancel(struct dp_slot *slot);

/* A job has been chosen for the slot: from now on it can be cancelled. */
void dp_slot_begin(struct dp_slot *slot);

#endif
