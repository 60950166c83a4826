/* SPDX-License-Identifier: MIT */
/* pool_queue.c - the tasks of a pool on their way: see pool.h. */
#include "pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TELL_TRIES 3

void dp_tasks_init(struct dp_tasks *tasks)
{
    tasks->first = NULL;
    tasks->end = &tasks->first;
}

void dp_tasks_append(struct dp_tasks *tasks, struct dp_task *task)
{
    task->next = NULL;
    *tasks->end = task;
    tasks->end = &task->next;
}

struct dp_task *dp_tasks_take(struct dp_tasks *tasks)
{
    struct dp_task *task = tasks->first;

    if (!task)
        return NULL;
    tasks->first = task->next;
    if (!tasks->first)
        tasks->end = &tasks->first;
    return task;
}

static void tell_result(const struct dualpipe_pool *pool)
{
    const uint64_t one = 1;

    /* It cannot fail; a host that waits for it would wait for ever if it did. */
    for (int tries = 0; tries < TELL_TRIES && write(pool->result_fd, &one, sizeof(one)) < 0;)
        tries += errno != EINTR;
}

static void take_back_result(const struct dualpipe_pool *pool)
{
    uint64_t dropped;

    while (read(pool->result_fd, &dropped, sizeof(dropped)) < 0 && errno == EINTR)
        ;
}

struct dp_task *dp_pool_take_finished(struct dualpipe_pool *pool)
{
    struct dp_task *task = dp_tasks_take(&pool->finished);

    if (task && !pool->finished.first)
        take_back_result(pool);
    return task;
}

void dp_pool_finish(struct dualpipe_pool *pool, struct dp_task *task)
{
    if (task->is_awaited) {
        task->is_done = true;
        pthread_cond_broadcast(&pool->is_done);
        return;
    }
    if (task->done < 0) {
        memset(&task->result, 0, sizeof(task->result));
        task->result.error = task->error;
    }
    if (!pool->finished.first)
        tell_result(pool);
    dp_tasks_append(&pool->finished, task);
    pthread_cond_signal(&pool->has_result);
}

void dp_pool_cancel_waiting(struct dualpipe_pool *pool)
{
    struct dp_task *task;

    while ((task = dp_tasks_take(&pool->waiting)) != NULL) {
        task->result = (struct dualpipe_result){
            .size = sizeof(task->result),
            .verdict = DUALPIPE_CANCELLED,
            .reason = "the run was cancelled before it began",
            .error.layer = -1,
        };
        task->done = 0;
        dp_pool_finish(pool, task);
    }
}

void dp_tasks_free(struct dp_tasks *tasks)
{
    struct dp_task *task;

    while ((task = dp_tasks_take(tasks)) != NULL)
        free(task);
}
