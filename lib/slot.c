/* SPDX-License-Identifier: MIT */
/* slot.c - see slot.h. */
#include "slot.h"

#include "descriptor.h"
#include "error.h"
#include "limits.h"
#include "sigpipe.h"
#include "traces.h"
#include "zygote.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For jobs that get a box of their own: the one CPU that was claimed, or the
 * list as it was given. */
static int write_cpu_list(struct dp_slot *slot, const char *cpus, struct dualpipe_error *error)
{
    int length = 0;

    slot->cpu_list[0] = '\0';
    if (!slot->cpus.is_set)
        return 0;
    if (slot->cpus.claim_fd < 0)
        length = snprintf(slot->cpu_list, sizeof(slot->cpu_list), "%s", cpus);
    for (unsigned cpu = 0; slot->cpus.claim_fd >= 0 && cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &slot->cpus.set))
            length = snprintf(slot->cpu_list, sizeof(slot->cpu_list), "%u", cpu);
    if (length < (int)sizeof(slot->cpu_list))
        return 0;
    return dp_fail(error, DUALPIPE_STEP_READ_JOB, E2BIG, "cpus");
}

int dp_slot_init(struct dp_slot *slot, const struct dp_slot_plan *plan, const char *cpus,
                 struct dualpipe_error *error)
{
    int result;

    *slot = (struct dp_slot){.plan = plan};
    result = dp_cpus_choose(&slot->cpus, cpus, error);
    if (result == 0)
        result = write_cpu_list(slot, cpus, error);
    if (result < 0) {
        dp_cpus_release(&slot->cpus);
        return result;
    }
    pthread_mutex_init(&slot->lock, NULL);
    dp_patience_init(&slot->patience);
    slot->freshness = plan->freshness;
    if (dp_traces_for_good(&plan->policy->policy))
        slot->freshness = DUALPIPE_FRESHNESS_SINGLE_USE;
    if (plan->interpreter.words && dp_zygote_has_seed_of_its_own(&plan->policy->policy))
        slot->freshness = DUALPIPE_FRESHNESS_SINGLE_USE;
    return 0;
}

/* The job as it is meant in this pool. */
static void complete_job(const struct dp_slot *slot, struct dualpipe_job *made,
                         const struct dualpipe_job *job)
{
    const size_t size = job->size > 0 && job->size < sizeof(*made) ? job->size : sizeof(*made);

    memset(made, 0, sizeof(*made));
    memcpy(made, job, size);
    made->size = sizeof(*made);
    if (!made->policy)
        made->policy = slot->plan->policy;
    if (!made->cpus && slot->cpu_list[0])
        made->cpus = slot->cpu_list;
    if (made->bind_count == 0) {
        made->binds = slot->plan->binds;
        made->bind_count = slot->plan->bind_count;
    }
    if (!made->directory)
        made->directory = slot->plan->directory;
    dp_limits_fill(&made->limits, &slot->plan->limits);
}

void dp_slot_begin(struct dp_slot *slot)
{
    pthread_mutex_lock(&slot->lock);
    slot->is_cancelled = false;
    pthread_mutex_unlock(&slot->lock);
}

/* The memory of a run is used again. */
static void leave(struct dp_slot *slot, struct dp_run *run)
{
    dp_run_leave(run);
    if (slot->spare)
        free(run);
    else
        slot->spare = run;
}

static int supervise(struct dp_run *run, struct dualpipe_error *error)
{
    const int done = dp_run_supervise(run, &(struct dp_run_events){NULL, NULL});

    if (done < 0)
        *error = run->error;
    return done;
}

/* From now on there is something to cancel. */
static void publish(struct dp_slot *slot, struct dp_run *run)
{
    pthread_mutex_lock(&slot->lock);
    slot->run = run;
    if (run && slot->is_cancelled)
        dp_run_cancel(run);
    pthread_mutex_unlock(&slot->lock);
}

void dp_slot_cancel(struct dp_slot *slot)
{
    pthread_mutex_lock(&slot->lock);
    slot->is_cancelled = true;
    if (slot->run)
        dp_run_cancel(slot->run);
    pthread_mutex_unlock(&slot->lock);
}

static int run_new(struct dp_slot *slot, const struct dualpipe_job *job, const char *note,
                   struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dp_run *run = calloc(1, sizeof(*run));
    int done;

    if (!run)
        return dp_fail(error, DUALPIPE_STEP_READ_JOB, ENOMEM, NULL);
    run->freshness_note = note;
    done = dp_run_prepare(run, job, DUALPIPE_ROUTE_DISCARD, error);
    if (done == 0) {
        publish(slot, run);
        done = dp_run_start(run, error);
        if (done == 0)
            done = supervise(run, error);
        publish(slot, NULL);
    }
    if (done == 0 && result)
        dp_run_result(run, result);
    slot->broken_pipe = run->streams.broken_pipe;
    dp_run_release(run);
    free(run);
    return done;
}

/* Why the box that is ready cannot take this job on; NULL: it can. */
static const char *why_not_warm(const struct dp_slot *slot, const struct dualpipe_job *job)
{
    const struct dp_warm *warm = &slot->warm;

    if (!slot->parked)
        return slot->why_not[0] ? slot->why_not : "no box was ready";
    if (job->function)
        return "a function needs a box of its own";
    if (job->policy != slot->plan->policy)
        return "another policy than the pool's";
    if (job->cpus != slot->cpu_list && job->cpus)
        return "CPUs of its own";
    if (job->bind_count > 0 && job->binds != slot->plan->binds)
        return "binds";
    if (job->directory != slot->plan->directory || job->start_directory)
        return "a start directory of its own";
    if (job->without || (job->require & ~warm->setup.layers))
        return "layers of its own";
    if (slot->plan->directory && job->file_count + job->collect_count > 0)
        return "files, where the pool's jobs start in a directory of its own";
    if (job->file_count > 0 && warm->working_step < 0)
        return "files, where the policy has no shared room for them";
    if (slot->plan->interpreter.words)
        return dp_zygote_why_not(&slot->plan->interpreter, &job->policy->policy, job);
    return NULL;
}

/* What the job itself has wrong is not tried again in another box. */
static bool is_own_fault(const struct dualpipe_error *error)
{
    return error->step == DUALPIPE_STEP_READ_JOB || error->step == DUALPIPE_STEP_OPEN_PROGRAM ||
           error->step == DUALPIPE_STEP_COPY_FILE || error->step == DUALPIPE_STEP_MOUNT ||
           error->step == DUALPIPE_STEP_CONNECT_STREAMS;
}

/* Returns 1 where the box was of no use before the target ran. */
static int run_warm(struct dp_slot *slot, const struct dualpipe_job *job,
                    struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dp_run *run = slot->parked;
    int done;

    slot->parked = NULL;
    slot->is_used = true;
    slot->is_spoilt = true;
    done = dp_run_take(run, &slot->warm, slot->plan->programs, job, error);
    if (done == 0) {
        publish(slot, run);
        done = supervise(run, error);
        publish(slot, NULL);
        slot->is_spoilt = done < 0 || run->facts.exec_too_large;
    } else if (error->errnum == EFBIG || error->errnum == E2BIG || !is_own_fault(error) ||
               error->retryable) {
        done = 1;
    }
    if (done != 0 && !run->is_begun &&
        dp_run_is_parked(run)) { /* it is as good as before for another job */
        slot->parked = run;
        slot->is_used = slot->is_spoilt = false;
        return done;
    }
    if (done == 0 && result)
        dp_run_result(run, result);
    slot->broken_pipe = run->streams.broken_pipe;
    for (int i = 0; i < 3; i++) /* the caller's own, opened anew: back at once */
        dp_descriptor_close(&run->streams.stream[i].own);
    slot->ended = run;
    return done;
}

int dp_slot_run(struct dp_slot *slot, const struct dualpipe_job *job,
                struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dualpipe_job own;
    struct dp_sigpipe guard;
    const char *why_not;
    int done;

    complete_job(slot, &own, job);
    done = dp_setup_check_job(&own, error);
    if (done < 0)
        return done;
    done = 1;
    why_not = why_not_warm(slot, &own);
    dp_sigpipe_block(&guard);
    slot->broken_pipe = false;
    if (!why_not)
        done = run_warm(slot, &own, result, error);
    if (done > 0)
        done = run_new(slot, &own, why_not ? why_not : "the box that was ready did not do", result,
                       error);
    dp_sigpipe_restore(&guard, slot->broken_pipe);
    return done;
}

/* A box for one run is used up with it; one that may be spoilt is not used again. */
static void discard(struct dp_slot *slot)
{
    const bool is_used_up = slot->is_used && slot->freshness == DUALPIPE_FRESHNESS_SINGLE_USE;

    if (slot->ended)
        leave(slot, slot->ended);
    slot->ended = NULL;
    if (slot->parked) {
        leave(slot, slot->parked);
        slot->parked = NULL;
        slot->is_spoilt = true;
    }
    if (slot->is_spoilt || is_used_up)
        dp_warm_close(&slot->warm);
    slot->is_spoilt = false;
    slot->is_used = false;
}

static int open_warm(struct dp_slot *slot, struct dualpipe_error *error)
{
    const enum dp_spawn spawn =
        slot->freshness == DUALPIPE_FRESHNESS_VERIFIED ? DP_SPAWN_AGAIN : DP_SPAWN_NESTED;

    if (slot->warm.is_open)
        return 0;
    return dp_warm_open(
        &slot->warm,
        &(struct dp_warm_plan){
            .policy = slot->plan->policy,
            .limits = &slot->plan->limits,
            .cpus = slot->cpu_list[0] ? slot->cpu_list : NULL,
            .binds = slot->plan->binds,
            .bind_count = slot->plan->bind_count,
            .directory = slot->plan->directory,
            .spawn = spawn,
            .patience = &slot->patience,
            .interpreter = slot->plan->interpreter.words ? &slot->plan->interpreter : NULL,
        },
        error);
}

static int park(struct dp_slot *slot, struct dualpipe_error *error)
{
    struct dp_run *run;
    int result = open_warm(slot, error);

    if (result < 0)
        return result;
    run = slot->spare ? slot->spare : malloc(sizeof(*run));
    slot->spare = NULL;
    if (!run)
        return dp_fail(error, DUALPIPE_STEP_START_INIT, ENOMEM, NULL);
    memset(run, 0, sizeof(*run));
    run->freshness = slot->freshness;
    run->is_warm = slot->warm.setup.forks;
    if (slot->freshness != slot->plan->freshness)
        run->freshness_note = dp_traces_for_good(&slot->plan->policy->policy)
                                  ? "its policy's targets could leave something behind"
                                  : "jobs of one interpreter would share its hash seed";
    result = dp_run_park(run, &slot->warm, error);
    if (result == 0) {
        slot->parked = run;
    } else {
        leave(slot, run);
        slot->is_spoilt = true;
    }
    return result;
}

/* In so few words as a result has room for. */
static void say_why_not(struct dp_slot *slot)
{
    const struct dualpipe_error *error = &slot->error;
    const char *name = strerrorname_np(error->errnum);

    snprintf(slot->why_not, sizeof(slot->why_not), "none made ahead of time: %.20s: %s",
             error->subject[0] ? error->subject : dualpipe_step_name(error->step),
             name ? name : "unknown error");
}

/* Twice: the first failure may have been that of a box that was used before. */
int dp_slot_prepare(struct dp_slot *slot)
{
    int result = -1;

    if (slot->parked && dp_run_is_parked(slot->parked)) /* the last job had a new box */
        return 0;
    for (int tries = 0; tries < 2 && result < 0; tries++) {
        discard(slot);
        result = park(slot, &slot->error);
    }
    slot->why_not[0] = '\0';
    if (result < 0)
        say_why_not(slot);
    return result;
}

void dp_slot_release(struct dp_slot *slot)
{
    if (!slot->plan)
        return;
    slot->is_spoilt = true;
    discard(slot);
    free(slot->spare);
    dp_cpus_release(&slot->cpus);
    dp_patience_release(&slot->patience);
    pthread_mutex_destroy(&slot->lock);
    slot->plan = NULL;
}
