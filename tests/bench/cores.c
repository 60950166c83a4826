/* SPDX-License-Identifier: MIT */
/* cores.c - runs a second on one CPU, and on two. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cpu.h"
#include "groups.h"
#include "peers.h"
#include "spawn.h"

#define RUNS 120 /* for one sample */

static const char *const argv[] = {"/bin/true", NULL};

/* So many at a time. */
struct load {
    unsigned width;
    enum dualpipe_freshness freshness; /* DEFAULT: plainly, without a box */
    struct dualpipe_policy *policy;
    struct dualpipe_pool *pool;
};

static int spawn_all(void *subject, double *sample)
{
    const struct load *load = subject;
    const double start = seconds_now();
    unsigned started = 0;

    for (unsigned ended = 0; ended < RUNS; ended++) {
        for (; started < RUNS && started - ended < load->width; started++) {
            const pid_t pid = spawn_program(argv, -1, -1);

            if (pid < 0)
                return (int)pid;
        }
        if (waitpid(-1, NULL, 0) < 0)
            return -errno;
    }
    *sample = RUNS / (seconds_now() - start);
    return 0;
}

static int open_pool(void *argument, void **subject)
{
    struct load *load = argument;
    struct dualpipe_pool_options options = {.boxes = load->width, .freshness = load->freshness};
    const int status = dualpipe_policy_load(&load->policy, "native", NULL);

    options.policy = load->policy;
    *subject = load;
    return status < 0 ? status : dualpipe_pool_open(&load->pool, &options, NULL);
}

static int take_one(const struct load *load)
{
    struct dualpipe_result result = {0};
    void *tag;
    const int status = dualpipe_pool_next(load->pool, &result, &tag, DUALPIPE_SECONDS(30));

    if (status < 0 || result.verdict != DUALPIPE_OK)
        return status < 0 ? status : -EIO;
    return result.freshness == load->freshness ? 0 : -ENOTSUP;
}

static int run_all(void *subject, double *sample)
{
    const struct dualpipe_job job = {.argv = argv};
    const struct load *load = subject;
    const double start = seconds_now();
    unsigned submitted = 0;

    for (unsigned ended = 0; ended < RUNS; ended++) {
        int status = 0;

        for (; submitted < RUNS && submitted - ended < 2 * load->width && status == 0; submitted++)
            status = dualpipe_pool_submit(load->pool, &job, NULL, DUALPIPE_SECONDS(30));
        if (status == 0)
            status = take_one(load);
        if (status < 0)
            return status;
    }
    *sample = RUNS / (seconds_now() - start);
    return 0;
}

static void close_pool(void *subject)
{
    struct load *load = subject;

    dualpipe_pool_close(load->pool, DUALPIPE_POOL_CANCEL);
    dualpipe_policy_free(load->policy);
}

int measure_cores(struct bench *bench)
{
    static const char *const names[3][2] = {
        {PEER_SPAWN ", one CPU", PEER_SPAWN ", two CPUs"},
        {PEER_FRESH ", one CPU", PEER_FRESH ", two CPUs"},
        {PEER_VERIFIED ", one CPU", PEER_VERIFIED ", two CPUs"},
    };
    static const enum dualpipe_freshness levels[3] = {
        DUALPIPE_FRESHNESS_DEFAULT, DUALPIPE_FRESHNESS_FRESH, DUALPIPE_FRESHNESS_VERIFIED};
    cpu_set_t set;
    const bool has_two = sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) >= 2;
    struct worker workers[3][2] = {0};
    struct way ways[7];
    const struct group group = {.id = "cores",
                                .title = "Runs of /bin/true, on one CPU and on two",
                                .unit = "runs a second",
                                .better = "more",
                                .ways = ways,
                                .way_count = 7};
    int status;

    for (int level = 0; level < 3; level++) {
        for (int two = 0; two < 2; two++) {
            struct load load = {.width = two ? 2 : 1, .freshness = levels[level]};
            const struct work work = {
                .open = level ? open_pool : NULL,
                .measure = level ? run_all : spawn_all,
                .close = level ? close_pool : NULL,
                .argument = &load,
                .cpu = two ? -1 : cpu_first(),
            };

            worker_start(&workers[level][two], &work);
            ways[2 * level + two + (level + two > 0)] =
                (struct way){names[level][two], worker_measure, &workers[level][two],
                             two && !has_two ? "there is one CPU" : NULL};
        }
    }
    ways[1] = (struct way){PEER_SPAWN ", one CPU, again", worker_measure, &workers[0][0], NULL};
    status = bench_measure(bench, &group, 12);
    for (int i = 0; i < 6; i++)
        worker_stop(&workers[i / 2][i % 2]);
    return status;
}
