/* SPDX-License-Identifier: MIT */
/*
 * patience.h - a box that is made while nobody waits lets others go first.
 *
 * The pool's own thread, and with it all that it clones, is of the class
 * SCHED_BATCH for that time: what wakes up there takes no CPU away from what
 * runs, and has its share when that has used its own. Any user may leave that
 * class again, which is not so of SCHED_IDLE and of a higher nice value: a target
 * would never get rid of those. When somebody waits after all, or the box is
 * made, both are normal again; a target is never of that class, and its
 * attestation looks.
 */
#ifndef DP_PATIENCE_H
#define DP_PATIENCE_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

struct dp_patience {
    pthread_mutex_t lock;
    bool is_over;   /* somebody waits */
    bool is_barred; /* the way back did not work once: never again */
    pid_t thread;   /* that has it now, or 0 */
    pid_t box;      /* process 1 of the box that it makes, or 0 */
};

void dp_patience_init(struct dp_patience *patience);
void dp_patience_release(struct dp_patience *patience);

/* Nobody waits at this moment; or somebody does. */
void dp_patience_reset(struct dp_patience *patience, bool is_over);

/* The calling thread makes a box: returns whether it is patient. Only a thread of
 * the normal class can be, and only one that is nobody else's. */
bool dp_patience_begin(struct dp_patience *patience);
/* Its process 1 is there. */
void dp_patience_has_box(struct dp_patience *patience, pid_t box);
/* It is made, or not: thread and box are normal again. False: they are not. */
bool dp_patience_end(struct dp_patience *patience);

/* Somebody waits: from any thread, at any time. */
void dp_patience_break(struct dp_patience *patience);

#endif
