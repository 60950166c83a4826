/* SPDX-License-Identifier: MIT */
/*
 * dualpipe.c - the public calls that make a run and end it: in one go, or through a handle.
 *
 * Behind a handle, a small thread of its own supervises the run (so that
 * refused calls are answered and limits held while the caller is elsewhere); it
 * never touches the streams that lead to conversation.c.
 */
#include "handle.h"

#include "clock.h"
#include "descriptor.h"
#include "error.h"
#include "sigpipe.h"
#include "thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define DROP_BYTES 8192U /* on the caller's stack */

static void announce_start(struct dp_run *run, int result)
{
    struct dualpipe *pipe = run->owner;

    pthread_mutex_lock(&pipe->lock);
    pipe->started = result;
    pipe->is_started = true;
    pthread_cond_signal(&pipe->changed);
    pthread_mutex_unlock(&pipe->lock);
}

static void announce_end(struct dp_run *run)
{
    const struct dualpipe *pipe = run->owner;
    const uint64_t one = 1;

    while (write(pipe->done_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

static void *supervise(void *argument)
{
    static const struct dp_run_events events = {announce_start, announce_end};
    struct dualpipe *pipe = argument;

    pipe->supervised = dp_run_supervise(&pipe->run, &events);
    pthread_mutex_lock(&pipe->lock);
    pipe->is_ended = true;
    pthread_cond_signal(&pipe->changed);
    pthread_mutex_unlock(&pipe->lock);
    return NULL;
}

static int await_start(struct dualpipe *pipe)
{
    int result;

    pthread_mutex_lock(&pipe->lock);
    while (!pipe->is_started)
        pthread_cond_wait(&pipe->changed, &pipe->lock);
    result = pipe->started;
    pthread_mutex_unlock(&pipe->lock);
    return result;
}

static int prepare_calls(struct dualpipe *pipe, struct dualpipe_error *error)
{
    int result = 0;

    pipe->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pipe->done_fd >= 0)
        pipe->done_fd = dp_descriptor_raise(pipe->done_fd);
    if (pipe->done_fd < 0)
        return dp_fail(error, DUALPIPE_STEP_SUPERVISE, errno, "eventfd");
    for (int i = 0; i < 3 && result == 0; i++)
        result = dp_waitset_reserve(&pipe->waits, pipe->run.streams.stream[i].end);
    if (result == 0)
        result = dp_waitset_reserve(&pipe->waits, pipe->done_fd);
    return result < 0 ? dp_fail(error, DUALPIPE_STEP_SUPERVISE, -result, NULL) : 0;
}

static void release(struct dualpipe *pipe)
{
    dp_run_release(&pipe->run);
    dp_descriptor_close(&pipe->done_fd);
    dp_descriptor_close(&pipe->epoll_fd);
    dp_waitset_release(&pipe->waits);
    for (int i = 0; i < 3; i++)
        free(pipe->kept[i].bytes);
    pthread_cond_destroy(&pipe->changed);
    pthread_mutex_destroy(&pipe->lock);
    free(pipe);
}

static int start(struct dualpipe *pipe, const struct dualpipe_job *job,
                 struct dualpipe_error *error)
{
    int result = dp_run_prepare(&pipe->run, job, DUALPIPE_ROUTE_PIPE, error);

    if (result == 0)
        result = prepare_calls(pipe, error);
    if (result == 0)
        result = dp_run_start(&pipe->run, error);
    if (result < 0)
        return result;
    result = dp_thread_start(&pipe->thread, supervise, pipe);
    if (result < 0)
        return dp_fail(error, DUALPIPE_STEP_SUPERVISE, -result, "pthread_create");
    result = await_start(pipe);
    if (result == 0)
        return 0;
    pthread_join(pipe->thread, NULL);
    *error = pipe->run.error;
    return result;
}

int dualpipe_open(struct dualpipe **pipe, const struct dualpipe_job *job,
                  struct dualpipe_error *error)
{
    struct dualpipe_error own = {0};
    struct dualpipe *made = calloc(1, sizeof(*made));
    int result;

    if (!made) {
        result = dp_fail(&own, DUALPIPE_STEP_READ_JOB, ENOMEM, NULL);
        dp_error_give(error, &own);
        return result;
    }
    made->done_fd = -1;
    made->epoll_fd = -1;
    made->process = getpid();
    made->run.owner = made;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    result = start(made, job, &own);
    if (result < 0) {
        release(made);
        dp_error_give(error, &own);
        return result;
    }
    *pipe = made;
    return 0;
}

pid_t dualpipe_pid(const struct dualpipe *pipe)
{
    return pipe->run.box.target;
}

int dualpipe_kill(struct dualpipe *pipe)
{
    const int saved = errno;

    dp_run_cancel(&pipe->run);
    errno = saved;
    return 0;
}

/* The supervisor may still be handing output to a descriptor of the caller's
 * that takes none: it is given some time, and no more. */
static void join(struct dualpipe *pipe)
{
    const int64_t deadline_us = dp_deadline(dp_now_us(), DUALPIPE_CLOSE_GRACE_US);
    const struct timespec deadline = {deadline_us / 1000000, deadline_us % 1000000 * 1000};

    bool is_late = false;

    pthread_mutex_lock(&pipe->lock);
    while (!pipe->is_ended && !is_late)
        is_late = pthread_cond_clockwait(&pipe->changed, &pipe->lock, CLOCK_MONOTONIC, &deadline) ==
                  ETIMEDOUT;
    pthread_mutex_unlock(&pipe->lock);
    if (is_late)
        dualpipe_kill(pipe);
    pthread_join(pipe->thread, NULL);
}

/* Read and forget until the run is over; then the supervisor ends by itself. */
static void finish(struct dualpipe *pipe)
{
    const bool has_wall = pipe->run.setup.limits.wall_us != DUALPIPE_UNLIMITED;
    int64_t deadline = has_wall ? DP_NEVER : dp_deadline(dp_now_us(), DUALPIPE_CLOSE_GRACE_US);
    char dropped[DROP_BYTES];

    if (dp_handle_leads_to_calls(pipe, DP_INPUT))
        dp_streams_close_input(&pipe->run.streams);
    while (!atomic_load(&pipe->run.is_over)) {
        if (dp_handle_wait(pipe, false, deadline) == -ETIMEDOUT) {
            dualpipe_kill(pipe);
            deadline = DP_NEVER;
        }
        for (int i = DP_OUTPUT; i <= DP_ERROR; i++)
            if (dp_handle_leads_to_calls(pipe, i) && !pipe->kept[i].at_end)
                while (dp_handle_take(pipe, i, dropped, sizeof(dropped)) > 0)
                    ;
    }
    for (int i = DP_OUTPUT; i <= DP_ERROR; i++) /* count what came last */
        if (dp_handle_leads_to_calls(pipe, i))
            while (dp_handle_take(pipe, i, dropped, sizeof(dropped)) > 0)
                ;
}

int dualpipe_close_error(struct dualpipe *pipe, struct dualpipe_result *result,
                         struct dualpipe_error *error)
{
    int supervised;

    if (!pipe)
        return 0;
    if (pipe->process != getpid()) /* a fork has no supervisor, and the box is not its own */
        return -ECHILD;
    finish(pipe);
    join(pipe);
    supervised = pipe->supervised;
    if (supervised == 0 && result)
        dp_run_result(&pipe->run, result);
    if (supervised < 0)
        dp_error_give(error, &pipe->run.error);
    release(pipe);
    return supervised < 0 ? -EIO : 0;
}

int dualpipe_close(struct dualpipe *pipe, struct dualpipe_result *result)
{
    return dualpipe_close_error(pipe, result, NULL);
}

static int run_once(struct dp_run *run, const struct dualpipe_job *job,
                    struct dualpipe_result *result, struct dualpipe_error *error)
{
    int done = dp_run_prepare(run, job, DUALPIPE_ROUTE_DISCARD, error);

    if (done == 0)
        done = dp_run_start(run, error);
    if (done < 0)
        return done;
    done = dp_run_supervise(run, &(struct dp_run_events){NULL, NULL});
    if (done < 0)
        *error = run->error;
    else if (result)
        dp_run_result(run, result);
    return done;
}

int dualpipe_run(const struct dualpipe_job *job, struct dualpipe_result *result,
                 struct dualpipe_error *error)
{
    struct dualpipe_error own = {0};
    struct dp_run run = {0};
    struct dp_sigpipe guard;
    int done;

    dp_sigpipe_block(&guard);
    done = run_once(&run, job, result, &own);
    dp_sigpipe_restore(&guard, run.streams.broken_pipe);
    dp_run_release(&run);
    if (done < 0)
        dp_error_give(error, &own);
    return done;
}
