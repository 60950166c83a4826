/* SPDX-License-Identifier: MIT */
/* pools.c - see pools.h. */
#include "pools.h"

/* Jobs of one policy that are in its pool at once, for each box. */
#define JOBS_FOR_A_BOX 2
/* What a pool takes beyond those that run: all that could be handed to it. */
#define QUEUE_FOR_A_BOX 4

/* In jobs: who was not asked for in so many has gone out of use; and who is asked for so
 * often in them has come into use. For each box, and at least. */
#define WINDOW_FOR_A_BOX 8
#define WINDOW_MIN 32
#define PRICE_FOR_A_BOX 2
#define PRICE_MIN 4

static size_t larger(size_t one, size_t other)
{
    return one > other ? one : other;
}

static size_t window_of(const struct pools *pools)
{
    return larger(WINDOW_MIN, WINDOW_FOR_A_BOX * (size_t)pools->options.boxes);
}

static size_t lowest_price(const struct pools *pools)
{
    return larger(PRICE_MIN, PRICE_FOR_A_BOX * (size_t)pools->options.boxes);
}

/* Behind those that are open. */
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
    next->used = pools->time;
    next->jobs = 0;
    pools->opened++;
    return 0;
}

int pools_open(struct pools *pools, const struct dualpipe_pool_options *options, bool is_warm,
               struct dualpipe_error *error)
{
    pools->options = *options;
    pools->options.queue_size = QUEUE_FOR_A_BOX * options->boxes;
    pools->price = lowest_price(pools);
    return open_one(pools, options->policy, is_warm, error);
}

void pools_close(struct pools *pools)
{
    while (pools->opened > 0)
        (void)dualpipe_pool_close(pools->each[--pools->opened].pool, DUALPIPE_POOL_CANCEL);
}

/* The one for a policy, or the one to write over. */
static struct wanted_policy *find_wanted(struct pools *pools, const struct dualpipe_policy *policy)
{
    struct wanted_policy *oldest = &pools->wanted[0];
    size_t i;

    for (i = 0; i < WANTED_MAX; i++) {
        if (pools->wanted[i].policy == policy)
            return &pools->wanted[i];
        if (pools->wanted[i].since < oldest->since)
            oldest = &pools->wanted[i];
    }
    return oldest;
}

static void want(struct pools *pools, const struct dualpipe_policy *policy)
{
    struct wanted_policy *wanted = find_wanted(pools, policy);

    if (wanted->policy != policy || pools->time - wanted->since >= window_of(pools))
        *wanted = (struct wanted_policy){.policy = policy, .since = pools->time};
    wanted->jobs++;
}

static bool is_worth_a_pool(struct pools *pools, const struct dualpipe_policy *policy)
{
    const struct wanted_policy *wanted = find_wanted(pools, policy);

    return wanted->policy == policy && wanted->jobs >= pools->price &&
           pools->time - wanted->since < window_of(pools);
}

/* That which was used the longest ago, if it is out of use; never the first, which all
 * others' jobs fall back to. */
static struct policy_pool *find_unused(struct pools *pools)
{
    struct policy_pool *found = NULL;
    size_t i;

    for (i = 1; i < pools->opened; i++) {
        struct policy_pool *each = &pools->each[i];

        if (each->count == 0 && pools->time - each->used >= window_of(pools) &&
            (!found || each->used < found->used))
            found = each;
    }
    return found;
}

/* One that had fewer jobs than it took to open it was not worth it: the next one has to
 * be wanted more. */
static void close_one(struct pools *pools, struct policy_pool *each)
{
    const size_t least = lowest_price(pools);

    if (each->jobs >= pools->price)
        pools->price = least;
    else if (pools->price < window_of(pools))
        pools->price *= 2;
    (void)dualpipe_pool_close(each->pool, DUALPIPE_POOL_CANCEL);
    *each = pools->each[--pools->opened];
}

static bool make_room(struct pools *pools, const struct dualpipe_policy *policy)
{
    struct policy_pool *unused;

    if (pools->opened < POOLS_MAX && !pools->is_full)
        return true;
    unused = is_worth_a_pool(pools, policy) ? find_unused(pools) : NULL;
    if (unused)
        close_one(pools, unused);
    return unused != NULL;
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
    if (!make_room(pools, policy))
        return &pools->each[0];
    if (open_one(pools, policy, is_warm, &error) < 0) {
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
    pools->time++;
    if (where->policy == job->policy) {
        where->used = pools->time;
        where->jobs++;
    } else {
        want(pools, job->policy);
    }
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
