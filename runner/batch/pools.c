/* SPDX-License-Identifier: MIT */
/* pools.c - see pools.h. */
#include "pools.h"

/* Jobs of one policy that are in its pool at once, for each box. */
#define JOBS_FOR_A_BOX 2
/* What a pool takes beyond those that run: all that could be handed to it. */
#define QUEUE_FOR_A_BOX 4

static int open_one(struct pools *pools, const struct dualpipe_policy *policy, bool is_warm,
                    struct dualpipe_error *error)
{
    struct dualpipe_pool_options options = pools->options;
    struct policy_pool *next = &pools->each[pools->opened];
    int status;

    options.policy = policy;
    if (!is_warm)
        options.interpreter = NULL;
    status = dualpipe_pool_open(&next->pool, &options, error);
    /* The command line's policy has to be one for the interpreter; a job's own,
     * or that of a compile step, may be for something else. */
    if (status < 0 && pools->opened > 0 && options.interpreter) {
        options.interpreter = NULL;
        status = dualpipe_pool_open(&next->pool, &options, error);
    }
    if (status < 0)
        return status;
    next->policy = policy;
    next->is_warm = is_warm;
    next->count = 0;
    pools->opened++;
    return 0;
}

int pools_open(struct pools *pools, const struct dualpipe_pool_options *options, bool is_warm,
               struct dualpipe_error *error)
{
    pools->options = *options;
    pools->options.queue_size = QUEUE_FOR_A_BOX * options->boxes;
    return open_one(pools, options->policy, is_warm, error);
}

void pools_close(struct pools *pools)
{
    while (pools->opened > 0)
        (void)dualpipe_pool_close(pools->each[--pools->opened].pool, DUALPIPE_POOL_CANCEL);
}

struct policy_pool *pools_for(struct pools *pools, const struct dualpipe_policy *policy,
                              bool is_warm)
{
    struct dualpipe_error error;
    size_t i;

    for (i = 0; i < pools->opened; i++) {
        if (pools->each[i].policy == policy && pools->each[i].is_warm == is_warm)
            return &pools->each[i];
    }
    /* Where it cannot be opened (each pool wants CPUs of its own, it may be), the
     * job runs all the same, in a new box. */
    if (pools->opened == POOLS_MAX || pools->is_full ||
        open_one(pools, policy, is_warm, &error) < 0) {
        pools->is_full = true;
        return &pools->each[0];
    }
    return &pools->each[pools->opened - 1];
}

bool pools_have_room(const struct pools *pools, const struct policy_pool *where)
{
    bool is_one_policy = !where || where->count == pools->count;
    size_t i;

    for (i = 0; i < pools->opened && !where; i++) {
        if (pools->each[i].count > 0 && pools->each[i].count < pools->count)
            is_one_policy = false;
    }
    return pools->count < (size_t)pools->options.boxes * (is_one_policy ? JOBS_FOR_A_BOX : 1);
}

int pools_submit(struct pools *pools, struct policy_pool *where, const struct dualpipe_job *job,
                 void *tag)
{
    int status = dualpipe_pool_submit(where->pool, job, tag, 0);

    if (status < 0)
        return status;
    where->count++;
    pools->count++;
    return 0;
}

bool pools_next(struct pools *pools, struct dualpipe_result *result, void **tag)
{
    size_t i;

    for (i = 0; i < pools->opened; i++) {
        struct policy_pool *each = &pools->each[i];

        if (each->count > 0 && dualpipe_pool_next(each->pool, result, tag, 0) == 0) {
            each->count--;
            pools->count--;
            return true;
        }
    }
    return false;
}

void pools_cancel(struct pools *pools)
{
    size_t i;

    for (i = 0; i < pools->opened; i++)
        (void)dualpipe_pool_cancel(pools->each[i].pool);
}
