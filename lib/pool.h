/* SPDX-License-Identifier: MIT */
/*
 * pool.h - what a pool is made of: places with a thread each, and two lists of
 * tasks. pool_queue.c has the lists, pool_place.c the places, pool.c the public
 * calls. Its lock is over all of it, and never held while a box is worked on.
 */
#ifndef DP_POOL_H
#define DP_POOL_H

#include "slot.h"

/* One job on its way through the pool. */
struct dp_task {
    struct dp_task *next;
    struct dualpipe_job job;
    void *tag;
    bool is_awaited; /* by dualpipe_pool_run(): its result goes there */
    bool is_done;    /* then */
    int done;        /* as dualpipe_run() returns */
    struct dualpipe_result result;
    struct dualpipe_error error;
};

struct dp_tasks {
    struct dp_task *first;
    struct dp_task **end;
};

enum dp_place_state {
    DP_PLACE_EMPTY = 0, /* its box has yet to be made */
    DP_PLACE_READY,
    DP_PLACE_TAKEN, /* a job runs there, or its box is being made */
};

/* A slot, and the thread that keeps it. */
struct dp_place {
    struct dualpipe_pool *pool;
    struct dp_slot slot;
    enum dp_place_state state;
    bool is_making;         /* a box, while .state is DP_PLACE_TAKEN */
    bool is_called;         /* a job waits for its thread, which has not seen it yet */
    pthread_cond_t changed; /* its thread may have something to do */
    pthread_t thread;
    bool has_thread;
};

struct dualpipe_pool {
    pid_t process; /* that opened it */
    struct dp_slot_plan plan;
    struct dp_program_store programs;
    struct dualpipe_policy *own_policy;
    pthread_mutex_t lock;
    pthread_cond_t has_room;   /* for submit */
    pthread_cond_t has_result; /* for next */
    pthread_cond_t is_done;    /* for run, and for close: a call has ended */
    struct dp_tasks waiting;
    struct dp_tasks finished;
    size_t count; /* submitted, and not taken */
    size_t count_max;
    unsigned callers; /* threads inside a call */
    bool is_closed;
    int result_fd; /* an eventfd: above 0 while .finished is not empty */
    unsigned boxes;
    struct dp_place *places;
};

/* The lock is held in each call from here on, but where it says otherwise. */

void dp_tasks_init(struct dp_tasks *tasks);
void dp_tasks_append(struct dp_tasks *tasks, struct dp_task *task);
/* The first one, or NULL. */
struct dp_task *dp_tasks_take(struct dp_tasks *tasks);
void dp_tasks_free(struct dp_tasks *tasks);

/* It is over: tell the one who waits for its result. */
void dp_pool_finish(struct dualpipe_pool *pool, struct dp_task *task);
/* What has not begun never will. */
void dp_pool_cancel_waiting(struct dualpipe_pool *pool);
/* The first finished one, or NULL. */
struct dp_task *dp_pool_take_finished(struct dualpipe_pool *pool);

/* A place with a box that is ready, or NULL. Its box is the caller's from
 * dp_place_take() to dp_place_leave(): then it is used up. */
struct dp_place *dp_place_find(struct dualpipe_pool *pool);
void dp_place_take(struct dp_place *place);
void dp_place_leave(struct dp_place *place);

/* A job waits: call a place for it. */
void dp_pool_enqueue(struct dualpipe_pool *pool, struct dp_task *task);

/* Not under the lock. Returns 0 or a negative errno value. */
int dp_place_start(struct dp_place *place);

#endif
