/* SPDX-License-Identifier: MIT */
/*
 * pools.h - warm boxes for each policy that the jobs of a batch name.
 *
 * A pool's boxes are made for one policy. All pools together never run more jobs
 * at once than one of them has boxes: as long as jobs have one policy, some more
 * wait in its pool so that no box is idle; when they have several, none does.
 *
 * There are at most POOLS_MAX at once. A policy that has none gets that of the one
 * which was not asked for the longest, when it is asked for so often, and the other
 * one so seldom, that its boxes are worth their making. Until then, and in a batch
 * that names many policies in turn, its jobs run in new boxes.
 */
#ifndef BATCH_POOLS_H
#define BATCH_POOLS_H

#include "dualpipe.h"

#include <stdbool.h>
#include <stddef.h>

#define POOLS_MAX 4
#define WANTED_MAX 16

struct policy_pool {
    const struct dualpipe_policy *policy;
    bool is_warm; /* with the interpreter, where the policy is one for it */
    struct dualpipe_pool *pool;
    size_t count; /* of jobs that are in it */
    size_t used;  /* when its policy was asked for last */
    size_t jobs;  /* of its policy, from the start */
};

/* A policy that has no pool, and is asked for. */
struct wanted_policy {
    const struct dualpipe_policy *policy;
    size_t since; /* a window's length ago at most, else it begins anew */
    size_t jobs;
};

/* Zeroed it is ready for use. */
struct pools {
    struct dualpipe_pool_options options; /* of each, but for the policy */
    struct policy_pool each[POOLS_MAX];
    size_t opened;
    size_t count; /* of jobs in all of them */
    bool is_full; /* no more can be opened */
    size_t time;  /* jobs submitted so far */
    size_t price; /* jobs in a window that a policy must have to get the pool of another */
    struct wanted_policy wanted[WANTED_MAX];
};

/* Open the first one, with the options' interpreter where it is to be warm; other
 * pools have it for jobs that ask for it. Returns 0, or a negative errno value and the error. */
int pools_open(struct pools *pools, const struct dualpipe_pool_options *options, bool is_warm,
               struct dualpipe_error *error);
void pools_close(struct pools *pools);

/* The pool for a policy, with or without the interpreter: its own, which is opened when need be and
 * when it is worth it, or the first. Borrowed until it is called again. */
struct policy_pool *pools_for(struct pools *pools, const struct dualpipe_policy *policy,
                              bool is_warm);

/* May one more job go in there; or, for NULL, into any? */
bool pools_have_room(const struct pools *pools, const struct policy_pool *where);

/* As the calls of the library. */
int pools_submit(struct pools *pools, struct policy_pool *where, const struct dualpipe_job *job,
                 void *tag);
bool pools_next(struct pools *pools, struct dualpipe_result *result, void **tag);
void pools_cancel(struct pools *pools);

#endif
