/* SPDX-License-Identifier: MIT */
/*
 * run.h - one run, from its job to its result.
 *
 *     dp_run_prepare()   all that is decided before: setup, streams
 *     dp_run_start()     the box, to its gate
 *     dp_run_supervise() opens the gate, then the one select loop
 *     dp_run_result()    what came of it
 *     dp_run_release()
 *
 * The thread that calls dp_run_supervise() is the run's one supervisor: it
 * alone owns the listener, init's reports and the deadlines.
 */
#ifndef DP_RUN_H
#define DP_RUN_H

#include "box.h"
#include "setup.h"
#include "stream.h"
#include "told.h"
#include "verdict.h"
#include "waitset.h"

#include <sched.h>
#include <stdatomic.h>

/* How CPU time is measured while the target runs; see meter.h. */
enum dp_meter_source { DP_METER_CLOCK = 0, DP_METER_CGROUP, DP_METER_WALK };

struct dp_meter {
    enum dp_meter_source source;
    int64_t init_us; /* CPU time of init's own, as it was last told */
    clockid_t clock;
    int64_t before_us; /* used before the gate */
    int64_t group_us;  /* in the end, where the cgroup told; else 0 */
    bool counts_dead;  /* init does, and it sees them all */
    int64_t told_us;   /* by init, of all that have died since the gate */
    int64_t reaped_us; /* as the last walk found it, and at the gate */
    int64_t reaped_before_us;
    int64_t memory_bytes;
    int64_t memory_peak_bytes; /* of the sums that were seen */
};

/* This thread, near a limit; see closeness.c. */
struct dp_closeness {
    bool is_quick; /* a short slice, and no slack */
    bool is_close; /* .before is known */
    int slack_ns;
    cpu_set_t before;
    int cpu; /* moved there, or -1 */
};
void dp_closeness_quicken(struct dp_closeness *closeness);
void dp_closeness_start(struct dp_closeness *closeness);
void dp_closeness_follow(struct dp_closeness *closeness, int cpu);
/* On each CPU of the set for an instant; NULL: on all that this thread had. */
void dp_closeness_visit(struct dp_closeness *closeness, const cpu_set_t *set);
void dp_closeness_end(struct dp_closeness *closeness);

/* When something last happened in the box, and what the last look found. */
struct dp_activity {
    int64_t since_us;
    int64_t looked_us; /* 0: not looked yet */
    int64_t cpu_us;
    int64_t bytes;
};

struct dp_run {
    void *owner;                        /* for the callback of dp_run_supervise() */
    struct dualpipe_job job;            /* a copy: only what lasts until the end is used */
    enum dualpipe_freshness freshness;  /* DUALPIPE_FRESHNESS_DEFAULT: new */
    const char *freshness_note;         /* static text */
    bool is_warm;                       /* in a fork of a warm interpreter */
    struct dualpipe_policy *own_policy; /* loaded here, where the job named none */
    struct dp_setup setup;
    struct dp_streams streams;
    struct dp_box box;
    struct dp_waitset waits;
    int child_streams[3];
    int cancel_fd; /* readable: cancel; or -1 */
    int wake_fd;   /* an eventfd: something changed for the supervisor; or -1 */

    atomic_bool cancel_asked;
    atomic_bool is_over; /* the target has ended, and all its output is in the pipes */

    int64_t started_us;
    unsigned cpus;
    struct dp_meter meter;
    struct dp_activity activity;
    struct dp_closeness closeness;
    int64_t oom_kills_before;            /* of the whole host */
    bool is_begun;                       /* a parked run: a job has changed something of its box */
    uint64_t program_number;             /* of a parked run: the copy that it has already */
    int64_t group_before_bytes;          /* charged to the cgroup at the gate */
    int64_t group_before_processes;      /* its peak at the gate: our own */
    struct dp_cgroup_usage group_before; /* of a box that had other runs */
    struct dp_cgroup_usage group_usage;
    int64_t files_bytes;     /* of the box's own file systems, when it had ended */
    bool knows_state;        /* what the target does at its wall limit */
    int64_t steal_before_us; /* of the host, plus 1; 0: not looked at yet */
    int64_t steal_us;        /* since then, or -1 */
    int64_t init_look_us;    /* when to look next whether init has missed the target's end */
    bool was_dead;           /* the target, at the last such look */
    bool killed;
    int64_t kill_deadline_us;    /* until init must have reported */
    int64_t memory_look_us;      /* when to look at its memory again; 0: not yet done */
    int64_t memory_held_bytes;   /* the most that was seen */
    int64_t memory_before_bytes; /* a function's, before it began */
    int memory_fd;               /* of the target's memory itself, or -1 */
    uint64_t stack_top;          /* of a program that init watches; 0: not known */
    bool child_overflowed;       /* a child's SIGSEGV ends it, and is its stack's */
    bool has_report;
    struct dp_status report;
    struct dp_facts facts;
    struct dualpipe_refusal refused;
    struct dp_told_list told;    /* by the target, of that call */
    struct dualpipe_error error; /* why there is no verdict; .step is 0: there is */
};

/* run_warm.c: the same in a warm box. A run is parked: its target stands at the
 * gate, attested, without a job. dp_run_take() brings one, and then the run is
 * supervised as any other; -ESTALE: the box has died meanwhile. */
struct dp_warm;
struct dp_program_store;
int dp_run_park(struct dp_run *run, struct dp_warm *warm, struct dualpipe_error *error);
bool dp_run_is_too_large(const struct dp_run *run);
bool dp_run_is_parked(const struct dp_run *run);
int dp_run_take(struct dp_run *run, struct dp_warm *warm, struct dp_program_store *programs,
                const struct dualpipe_job *job, struct dualpipe_error *error);
void dp_run_leave(struct dp_run *run); /* instead of dp_run_release() */

/* *run must be zeroed memory that stays where it is. */
void dp_run_init(struct dp_run *run); /* nothing is held yet */
int dp_run_prepare(struct dp_run *run, const struct dualpipe_job *job, enum dualpipe_route unset,
                   struct dualpipe_error *error);
int dp_run_start(struct dp_run *run, struct dualpipe_error *error);

/* Told by the supervisor, in its thread; either may be NULL. */
struct dp_run_events {
    void (*started)(struct dp_run *run, int result); /* it is known whether it runs */
    void (*is_over)(struct dp_run *run); /* the box is gone; output may still be delivered */
};

/* Returns 0, or a negative errno value with run->error set: nothing is known
 * then. */
int dp_run_supervise(struct dp_run *run, const struct dp_run_events *events);

/* Ask the supervisor to end the run. Async-signal-safe, from any thread. */
void dp_run_cancel(struct dp_run *run);

void dp_run_result(const struct dp_run *run, struct dualpipe_result *result);
void dp_run_release(struct dp_run *run);

/* refusal.c: answer what is heard at the listener. Returns 0, or a negative
 * errno value where the listener is of no more use. */
int dp_run_answer_calls(struct dp_run *run);

/* collect.c: take out of the working directory what the job asked for. */
void dp_run_collect(struct dp_run *run);

#endif
