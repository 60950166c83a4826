/* SPDX-License-Identifier: MIT */
/* pool_place.c - the places of a pool, and their threads: see pool.h. */
#include "pool.h"
#include "thread.h"

struct dp_place *dp_place_find(struct dualpipe_pool *pool)
{
    for (unsigned i = 0; i < pool->boxes; i++)
        if (pool->places[i].state == DP_PLACE_READY)
            return &pool->places[i];
    return NULL;
}

void dp_place_take(struct dp_place *place)
{
    place->state = DP_PLACE_TAKEN;
    dp_slot_begin(&place->slot);
}

/* Its box is used up; its thread makes the next one. */
void dp_place_leave(struct dp_place *place)
{
    place->state = DP_PLACE_EMPTY;
    pthread_cond_signal(&place->changed);
}

/* A job waits for a box: one that is being made is made at once. */
static void hurry_one(struct dualpipe_pool *pool)
{
    for (unsigned i = 0; i < pool->boxes; i++) {
        struct dp_place *place = &pool->places[i];

        if (!place->is_making || place->is_called)
            continue;
        place->is_called = true; /* the next job hurries another one */
        dp_patience_break(&place->slot.patience);
        return;
    }
}

void dp_pool_enqueue(struct dualpipe_pool *pool, struct dp_task *task)
{
    dp_tasks_append(&pool->waiting, task);
    for (unsigned i = 0; i < pool->boxes; i++) {
        struct dp_place *place = &pool->places[i];

        if (place->state != DP_PLACE_READY || place->is_called)
            continue;
        place->is_called = true; /* the next job calls another one */
        pthread_cond_signal(&place->changed);
        return;
    }
    hurry_one(pool);
}

static void run_task(struct dp_place *place, struct dp_task *task)
{
    struct dualpipe_pool *pool = place->pool;

    dp_place_take(place);
    pthread_mutex_unlock(&pool->lock);
    task->done = dp_slot_run(&place->slot, &task->job, &task->result, &task->error);
    pthread_mutex_lock(&pool->lock);
    dp_pool_finish(pool, task);
    place->state = DP_PLACE_EMPTY;
}

static void make_ready(struct dp_place *place)
{
    struct dualpipe_pool *pool = place->pool;

    place->state = DP_PLACE_TAKEN;
    place->is_making = true;
    dp_patience_reset(&place->slot.patience, pool->waiting.first != NULL);
    pthread_mutex_unlock(&pool->lock);
    dp_slot_prepare(&place->slot);
    pthread_mutex_lock(&pool->lock);
    place->is_making = false;
    place->state = DP_PLACE_READY;
}

static void *keep_place(void *argument)
{
    struct dp_place *place = argument;
    struct dualpipe_pool *pool = place->pool;

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        if (place->state == DP_PLACE_EMPTY && !(pool->is_closed && !pool->waiting.first))
            make_ready(place);
        else if (place->state == DP_PLACE_READY && pool->waiting.first)
            run_task(place, dp_tasks_take(&pool->waiting));
        else if (place->state != DP_PLACE_TAKEN && pool->is_closed)
            break;
        else
            pthread_cond_wait(&place->changed, &pool->lock);
        place->is_called = false;
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

int dp_place_start(struct dp_place *place)
{
    const int result = dp_thread_start(&place->thread, keep_place, place);

    place->has_thread = result == 0;
    return result;
}
