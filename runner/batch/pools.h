/* SPDX-License-Identifier: MIT */
/*
 * pools.h - warm boxes for each policy that the jobs of a batch name.
 *
 * A pool's boxes are made for one policy. All pools together never run more jobs
 * at once than one of them has boxes: as long as jobs have one policy, some more
 * wait in its pool so that no box is idle; when they have several, none does.
 */
#ifndef BATCH_POOLS_H
#define BATCH_POOLS_H

#include "dualpipe.h"

#include <stdbool.h>
#include <stddef.h>

/* Beyond so many policies, boxes are made when they are needed. */
#define POOLS_MAX 4

struct policy_pool {
    const struct dualpipe_policy *policy;
    bool is_warm; /* with the interpreter, where the policy is one for it */
    struct dualpipe_pool *pool;
    size_t count; /* of jobs that are in it */
};

/* Zeroed it is ready for use. */
struct pools {
    struct dualpipe_pool_options options; /* of each, but for the policy */
    struct policy_pool each[POOLS_MAX];
    size_t opened;
    size_t count; /* of jobs in all of them */
    bool is_full; /* no more can be opened */
};

/* Open the first one, with the options' interpreter where it is to be warm; other
 * pools have it for jobs that ask for it. Returns 0, or a negative errno value and the error. */
int pools_open(struct pools *pools, const struct dualpipe_pool_options *options, bool is_warm,
               struct dualpipe_error *error);
void pools_close(struct pools *pools);

/* The pool for a policy, with or without the interpreter: its own, which is opened when need be, or
 * the first. */
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
