/* SPDX-License-Identifier: MIT */
/* peers_pool.c - a pool of one box, in a worker. */
#include "peers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct warm {
    const struct peer_target *target;
    struct dualpipe_policy *policy;
    struct dualpipe_pool *pool;
    int input;
    enum dualpipe_freshness freshness;
    bool is_warm;
    const char *interpreter[2];
};

/* What comes back must be what was asked for, or it was not measured. */
static int run_once(const struct warm *warm)
{
    const struct dualpipe_job job = {
        .argv = warm->target->argv,
        .standard_input = peers_input(warm->target, warm->input),
    };
    struct dualpipe_result result = {0};
    int status;

    if (lseek(warm->input, 0, SEEK_SET) < 0 && errno != ESPIPE)
        return -errno;
    status = dualpipe_pool_run(warm->pool, &job, &result, NULL);
    if (status < 0)
        return status;
    if (result.verdict != DUALPIPE_OK)
        return -EIO;
    return result.freshness == warm->freshness && result.warm == warm->is_warm ? 0 : -ENOTSUP;
}

int pool_open(void *pool_work, void **subject)
{
    const struct pool_work *work = pool_work;
    struct warm *warm = calloc(1, sizeof(*warm));
    struct dualpipe_pool_options options = {.boxes = 1, .freshness = work->freshness};
    int status;

    if (!warm)
        return -ENOMEM;
    warm->target = work->target;
    warm->freshness = work->freshness;
    warm->input =
        open(work->target->input ? work->target->input : "/dev/null", O_RDONLY | O_CLOEXEC);
    if (warm->input < 0)
        return -errno;
    status = dualpipe_policy_load(&warm->policy, work->target->policy, NULL);
    if (status < 0)
        return status;
    options.policy = warm->policy;
    warm->is_warm = work->is_warm;
    warm->interpreter[0] = work->target->argv[0];
    if (warm->is_warm)
        options.interpreter = warm->interpreter;
    status = dualpipe_pool_open(&warm->pool, &options, NULL);
    if (status < 0)
        return status;
    *subject = warm;
    (void)run_once(warm); /* all boxes are made; it is measured what it can then */
    return 0;
}

int pool_measure(void *subject, double *sample)
{
    const struct warm *warm = subject;
    const unsigned count = warm->target->in_a_row ? warm->target->in_a_row : 1;
    const double start = seconds_now();
    int status = 0;

    for (unsigned i = 0; i < count && status == 0; i++)
        status = run_once(warm);
    *sample = 1e6 * (seconds_now() - start) / count;
    return status;
}

void pool_close(void *subject)
{
    struct warm *warm = subject;

    dualpipe_pool_close(warm->pool, DUALPIPE_POOL_CANCEL);
    dualpipe_policy_free(warm->policy);
    close(warm->input);
    free(warm);
}
