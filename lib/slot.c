/* SPDX-License-Identifier: MIT */
/* slot.c - see slot.h. */
#include "slot.h"

#include "error.h"
#include "limits.h"
#include "sigpipe.h"

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
    return 0;
}

void dp_slot_release(struct dp_slot *slot)
{
    if (!slot->plan)
        return;
    dp_cpus_release(&slot->cpus);
    pthread_mutex_destroy(&slot->lock);
    slot->plan = NULL;
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
    dp_limits_fill(&made->limits, &slot->plan->limits);
}

void dp_slot_begin(struct dp_slot *slot)
{
    pthread_mutex_lock(&slot->lock);
    slot->is_cancelled = false;
    pthread_mutex_unlock(&slot->lock);
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

static int run_new(struct dp_slot *slot, struct dp_run *run, const struct dualpipe_job *job,
                   struct dualpipe_result *result, struct dualpipe_error *error)
{
    int done = dp_run_prepare(run, job, DUALPIPE_ROUTE_DISCARD, error);

    if (done < 0)
        return done;
    publish(slot, run);
    done = dp_run_start(run, error);
    if (done == 0) {
        done = dp_run_supervise(run, &(struct dp_run_events){NULL, NULL});
        if (done < 0)
            *error = run->error;
    }
    publish(slot, NULL);
    if (done == 0 && result)
        dp_run_result(run, result);
    return done;
}

int dp_slot_run(struct dp_slot *slot, const struct dualpipe_job *job,
                struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dualpipe_job own;
    struct dp_sigpipe guard;
    struct dp_run *run = calloc(1, sizeof(*run));
    int done;

    if (!run)
        return dp_fail(error, DUALPIPE_STEP_READ_JOB, ENOMEM, NULL);
    complete_job(slot, &own, job);
    dp_sigpipe_block(&guard);
    done = run_new(slot, run, &own, result, error);
    dp_sigpipe_restore(&guard, run->streams.broken_pipe);
    dp_run_release(run);
    free(run);
    return done;
}
