/* SPDX-License-Identifier: MIT */
/*
 * pool.c - the public calls on a pool: jobs in, results out.
 *
 * Each slot has a thread that keeps a box ready in it, and runs there what was
 * submitted. dualpipe_pool_run() takes a ready slot and runs its job in the
 * calling thread, so that nobody has to be woken; where no slot is ready it
 * waits in the queue like all others. One lock is over the queue, the results
 * and the states of the slots; it is never held while a box is worked on.
 */
#include "pool.h"
#include "clock.h"
#include "descriptor.h"
#include "error.h"
#include "limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define BOXES_MAX 4096U

/* Until it happens or the deadline is passed, which is -ETIMEDOUT. */
static int await(pthread_cond_t *what, pthread_mutex_t *lock, int64_t deadline_us)
{
    const struct timespec deadline = {deadline_us / 1000000, deadline_us % 1000000 * 1000};

    if (deadline_us == DP_NEVER)
        return -pthread_cond_wait(what, lock);
    return -pthread_cond_timedwait(what, lock, &deadline);
}

static int64_t deadline_for(int64_t timeout_us)
{
    return timeout_us < 0 ? DP_NEVER : dp_deadline(dp_now_us(), timeout_us);
}

/* A call begins: the lock is held then. A fork has neither threads nor boxes,
 * and the lock's state is anyone's guess. */
static int enter(struct dualpipe_pool *pool)
{
    if (pool->process != getpid())
        return -ECHILD;
    pthread_mutex_lock(&pool->lock);
    if (pool->is_closed) {
        pthread_mutex_unlock(&pool->lock);
        return -EPIPE;
    }
    pool->callers++;
    return 0;
}

static void leave(struct dualpipe_pool *pool)
{
    pool->callers--;
    if (pool->is_closed)
        pthread_cond_broadcast(&pool->is_done);
    pthread_mutex_unlock(&pool->lock);
}

static int bad_option(struct dualpipe_error *error, int errnum, const char *subject)
{
    return dp_fail(error, DUALPIPE_STEP_READ_JOB, errnum, subject);
}

static int count_cpus(const char *cpus, unsigned *count, struct dualpipe_error *error)
{
    static const char spread[] = "spread";
    const char *list = cpus;
    struct dp_cpus chosen;
    cpu_set_t set;
    int result;

    if (list && strncmp(list, spread, sizeof(spread) - 1) == 0)
        list = list[sizeof(spread) - 1] == ':' ? list + sizeof(spread) : NULL;
    result = dp_cpus_choose(&chosen, list, error);
    if (result < 0)
        return result;
    if (!chosen.is_set && sched_getaffinity(0, sizeof(set), &set) != 0)
        return bad_option(error, errno, "cpus");
    *count = (unsigned)CPU_COUNT(chosen.is_set ? &chosen.set : &set);
    dp_cpus_release(&chosen);
    return 0;
}

static int choose_freshness(struct dualpipe_pool *pool, enum dualpipe_freshness asked,
                            bool has_interpreter, struct dualpipe_error *error)
{
    if (asked < 0 || asked >= DUALPIPE_FRESHNESS_COUNT)
        return bad_option(error, EINVAL, "freshness");
    if (asked == DUALPIPE_FRESHNESS_NEW) {
        bad_option(error, EINVAL, "freshness");
        dp_advise(error, "a pool makes its boxes ahead of time: ask for single-use ones, or call "
                         "dualpipe_run() for a new one each time");
        return -EINVAL;
    }
    if (asked == DUALPIPE_FRESHNESS_VERIFIED && has_interpreter) {
        bad_option(error, EINVAL, "verified");
        dp_advise(error, "each job of a warm interpreter has new namespaces and files: ask for "
                         "fresh or single-use boxes");
        return -EINVAL;
    }
    if (asked == DUALPIPE_FRESHNESS_VERIFIED && dp_identity_check_two(error) < 0)
        return -error->errnum;
    pool->plan.freshness = asked ? asked : DUALPIPE_FRESHNESS_FRESH;
    return 0;
}

static int take_options(struct dualpipe_pool *pool, const struct dualpipe_pool_options *options,
                        struct dualpipe_error *error)
{
    int result = choose_freshness(pool, options->freshness, options->interpreter, error);

    if (result == 0)
        result = dp_limits_check(&options->limits, error);
    if (result == 0 && !options->policy)
        result = dualpipe_policy_load(&pool->own_policy, "strict", error);
    if (result < 0)
        return result;
    pool->plan.interpreter =
        (struct dp_interpreter){options->interpreter, options->interpreter_program};
    pool->plan.policy = options->policy ? options->policy : pool->own_policy;
    pool->plan.limits = options->limits;
    if (options->interpreter && (options->bind_count > 0 || options->directory))
        return bad_option(error, EINVAL, "interpreter, with binds or a directory");
    pool->plan.binds = options->binds;
    pool->plan.bind_count = options->bind_count;
    pool->plan.directory = options->directory;
    pool->boxes = options->boxes;
    if (pool->boxes == 0)
        result = count_cpus(options->cpus, &pool->boxes, error);
    if (result == 0 && (pool->boxes == 0 || pool->boxes > BOXES_MAX))
        result = bad_option(error, EINVAL, "boxes");
    pool->count_max = pool->boxes + (options->queue_size ? options->queue_size : 2 * pool->boxes);
    return result;
}

static void init_locks(struct dualpipe_pool *pool)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->has_room, &attributes);
    pthread_cond_init(&pool->has_result, &attributes);
    pthread_cond_init(&pool->is_done, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* What is wrong with an interpreter, or with the map of a second user id, is told at
 * once: later, jobs would run without it. */
static int prove_first(struct dualpipe_pool *pool, struct dualpipe_error *error)
{
    struct dp_place *first = &pool->places[0];
    const int result = dp_slot_prepare(&first->slot);

    if (result == 0)
        first->state = DP_PLACE_READY;
    if (result == 0 ||
        (!pool->plan.interpreter.words &&
         (first->slot.error.step != DUALPIPE_STEP_MAP_IDS || first->slot.error.retryable)))
        return 0;
    *error = first->slot.error;
    return result;
}

static int open_places(struct dualpipe_pool *pool, const char *cpus, struct dualpipe_error *error)
{
    int result = 0;

    pool->places = calloc(pool->boxes, sizeof(*pool->places));
    if (!pool->places)
        return bad_option(error, ENOMEM, "boxes");
    for (unsigned i = 0; i < pool->boxes; i++) {
        pool->places[i].pool = pool;
        pthread_cond_init(&pool->places[i].changed, NULL);
    }
    for (unsigned i = 0; i < pool->boxes && result == 0; i++)
        result = dp_slot_init(&pool->places[i].slot, &pool->plan, cpus, error);
    if (result == 0 && (pool->plan.interpreter.words ||
                        (pool->plan.freshness == DUALPIPE_FRESHNESS_VERIFIED && geteuid() != 0)))
        result = prove_first(pool, error);
    for (unsigned i = 0; i < pool->boxes && result == 0; i++) {
        result = dp_place_start(&pool->places[i]);
        if (result < 0)
            dp_fail(error, DUALPIPE_STEP_SUPERVISE, -result, "pthread_create");
    }
    return result;
}

static int open_pool(struct dualpipe_pool *pool, const struct dualpipe_pool_options *options,
                     struct dualpipe_error *error)
{
    int result = take_options(pool, options, error);

    if (result < 0)
        return result;
    pool->result_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pool->result_fd >= 0)
        pool->result_fd = dp_descriptor_raise(pool->result_fd);
    if (pool->result_fd < 0)
        return bad_option(error, errno, "eventfd");
    return open_places(pool, options->cpus, error);
}

static void cancel_all(struct dualpipe_pool *pool)
{
    dp_pool_cancel_waiting(pool);
    for (unsigned i = 0; i < pool->boxes; i++)
        if (pool->places[i].state == DP_PLACE_TAKEN)
            dp_slot_cancel(&pool->places[i].slot);
}

/* No thread is in a call, nor begins one. */
static void end_threads(struct dualpipe_pool *pool, enum dualpipe_pool_close how)
{
    if (!pool->places)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->is_closed = true;
    if (how == DUALPIPE_POOL_CANCEL)
        cancel_all(pool);
    for (unsigned i = 0; i < pool->boxes; i++) {
        if (pool->places[i].has_thread) /* we wait for it, whatever it makes */
            dp_patience_break(&pool->places[i].slot.patience);
        pthread_cond_signal(&pool->places[i].changed);
    }
    pthread_cond_broadcast(&pool->has_room);
    pthread_cond_broadcast(&pool->has_result);
    while (pool->callers > 0)
        pthread_cond_wait(&pool->is_done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->boxes; i++)
        if (pool->places[i].has_thread)
            pthread_join(pool->places[i].thread, NULL);
}

static void free_pool(struct dualpipe_pool *pool)
{
    for (unsigned i = 0; pool->places && i < pool->boxes; i++) {
        dp_slot_release(&pool->places[i].slot);
        pthread_cond_destroy(&pool->places[i].changed);
    }
    free(pool->places);
    dp_tasks_free(&pool->finished);
    dp_descriptor_close(&pool->result_fd);
    dp_program_store_release(&pool->programs);
    dualpipe_policy_free(pool->own_policy);
    pthread_cond_destroy(&pool->is_done);
    pthread_cond_destroy(&pool->has_result);
    pthread_cond_destroy(&pool->has_room);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

int dualpipe_pool_open(struct dualpipe_pool **pool, const struct dualpipe_pool_options *options,
                       struct dualpipe_error *error)
{
    struct dualpipe_pool_options own = {0};
    struct dualpipe_error why = {0};
    struct dualpipe_pool *made = calloc(1, sizeof(*made));
    int result;

    if (!made) {
        result = bad_option(&why, ENOMEM, NULL);
        dp_error_give(error, &why);
        return result;
    }
    memcpy(&own, options,
           options->size > 0 && options->size < sizeof(own) ? options->size : sizeof(own));
    made->process = getpid();
    made->result_fd = -1;
    dp_tasks_init(&made->waiting);
    dp_tasks_init(&made->finished);
    init_locks(made);
    dp_program_store_init(&made->programs);
    made->plan.programs = &made->programs;
    result = open_pool(made, &own, &why);
    if (result < 0) {
        end_threads(made, DUALPIPE_POOL_CANCEL);
        free_pool(made);
        dp_error_give(error, &why);
        return result;
    }
    *pool = made;
    return 0;
}

static void copy_job(struct dualpipe_job *copy, const struct dualpipe_job *job)
{
    const size_t size = job->size > 0 && job->size < sizeof(*copy) ? job->size : sizeof(*copy);

    memset(copy, 0, sizeof(*copy));
    memcpy(copy, job, size);
}

static void give_result(struct dualpipe_result *to, const struct dualpipe_result *from)
{
    size_t size = sizeof(*to);

    if (!to)
        return;
    if (to->size > 0 && to->size < size)
        size = to->size;
    memcpy(to, from, size);
    to->size = size;
}

/* No box is ready: wait for its turn. The lock is held. */
static int run_in_turn(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                       struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dp_task *task = calloc(1, sizeof(*task));
    int done;

    if (!task)
        return bad_option(error, ENOMEM, NULL);
    copy_job(&task->job, job);
    task->is_awaited = true;
    dp_pool_enqueue(pool, task);
    while (!task->is_done)
        pthread_cond_wait(&pool->is_done, &pool->lock);
    done = task->done;
    if (done < 0)
        *error = task->error;
    else
        give_result(result, &task->result);
    free(task);
    return done;
}

int dualpipe_pool_run(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                      struct dualpipe_result *result, struct dualpipe_error *error)
{
    struct dualpipe_error why = {0};
    struct dp_place *place;
    int done = enter(pool);

    if (done < 0) {
        bad_option(&why, -done, "pool");
        dp_error_give(error, &why);
        return done;
    }
    place = pool->waiting.first ? NULL : dp_place_find(pool);
    if (place) {
        dp_place_take(place);
        pthread_mutex_unlock(&pool->lock);
        done = dp_slot_run(&place->slot, job, result, &why);
        pthread_mutex_lock(&pool->lock);
        dp_place_leave(place);
    } else {
        done = run_in_turn(pool, job, result, &why);
    }
    leave(pool);
    if (done < 0)
        dp_error_give(error, &why);
    return done;
}

static int await_room(struct dualpipe_pool *pool, int64_t deadline_us)
{
    while (pool->count >= pool->count_max && !pool->is_closed)
        if (await(&pool->has_room, &pool->lock, deadline_us) == -ETIMEDOUT)
            return -EAGAIN;
    return pool->is_closed ? -EPIPE : 0;
}

int dualpipe_pool_submit(struct dualpipe_pool *pool, const struct dualpipe_job *job, void *tag,
                         int64_t timeout_us)
{
    const int64_t deadline_us = deadline_for(timeout_us);
    struct dp_task *task;
    int result = enter(pool);

    if (result < 0)
        return result;
    result = await_room(pool, deadline_us);
    task = result == 0 ? calloc(1, sizeof(*task)) : NULL;
    if (result == 0 && !task)
        result = -ENOMEM;
    if (task) {
        copy_job(&task->job, job);
        task->tag = tag;
        pool->count++;
        dp_pool_enqueue(pool, task);
    }
    leave(pool);
    return result;
}

static struct dp_task *await_result(struct dualpipe_pool *pool, int64_t deadline_us, int *why)
{
    *why = 0;
    while (!pool->finished.first && *why == 0) {
        if (pool->is_closed)
            *why = -EPIPE;
        else if (await(&pool->has_result, &pool->lock, deadline_us) == -ETIMEDOUT)
            *why = -ETIMEDOUT;
    }
    return dp_pool_take_finished(pool);
}

int dualpipe_pool_next(struct dualpipe_pool *pool, struct dualpipe_result *result, void **tag,
                       int64_t timeout_us)
{
    const int64_t deadline_us = deadline_for(timeout_us);
    struct dp_task *task;
    int done = enter(pool);

    if (done < 0)
        return done;
    task = await_result(pool, deadline_us, &done);
    if (task) {
        done = 0;
        pool->count--;
        pthread_cond_signal(&pool->has_room);
    }
    leave(pool);
    if (!task)
        return done;
    give_result(result, &task->result);
    if (tag)
        *tag = task->tag;
    free(task);
    return 0;
}

size_t dualpipe_pool_count(struct dualpipe_pool *pool)
{
    size_t count;

    if (enter(pool) < 0)
        return 0;
    count = pool->count;
    leave(pool);
    return count;
}

int dualpipe_pool_fd(const struct dualpipe_pool *pool)
{
    return pool->result_fd;
}

int dualpipe_pool_cancel(struct dualpipe_pool *pool)
{
    const int result = enter(pool);

    if (result < 0)
        return result;
    cancel_all(pool);
    leave(pool);
    return 0;
}

int dualpipe_pool_close(struct dualpipe_pool *pool, enum dualpipe_pool_close how)
{
    if (!pool)
        return 0;
    if (pool->process != getpid())
        return -ECHILD;
    end_threads(pool, how);
    free_pool(pool);
    return 0;
}
