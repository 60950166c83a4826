/* SPDX-License-Identifier: MIT */
/* hosts.c - what a run costs a large host: a fork has to copy the tables of all its
 * memory, page by page. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "groups.h"
#include "peers.h"
#include "spawn.h"

#define LARGE ((size_t)1 << 30)
#define FREE_KIB_MIN (5LL << 20) /* three large hosts at once, and room */

static const char *const argv[] = {"/bin/true", NULL};
static const struct peer_target target = {.argv = argv, .policy = "native", .cpu = -1};

static int spawn(void *nothing, double *sample)
{
    const double start = seconds_now();
    const pid_t pid = spawn_program(argv, -1, -1);
    const int status = pid < 0 ? (int)pid : spawn_wait(pid);

    (void)nothing;
    *sample = 1e6 * (seconds_now() - start);
    return status;
}

static int fork_and_exec(void *nothing, double *sample)
{
    const double start = seconds_now();
    const pid_t pid = fork();
    int status;

    (void)nothing;
    if (pid == 0) {
        execv(argv[0], (char *const *)(void *)argv);
        _exit(127);
    }
    status = pid < 0 ? -errno : spawn_wait(pid);
    *sample = 1e6 * (seconds_now() - start);
    return status;
}

static int load_policy(void *nothing, void **subject)
{
    struct dualpipe_policy *policy;
    const int status = dualpipe_policy_load(&policy, target.policy, NULL);

    (void)nothing;
    *subject = policy;
    return status;
}

static int run(void *policy, double *sample)
{
    const struct dualpipe_job job = {.argv = argv, .policy = policy};
    struct dualpipe_result result = {0};
    const double start = seconds_now();
    const int status = dualpipe_run(&job, &result, NULL);

    *sample = 1e6 * (seconds_now() - start);
    return status == 0 && result.verdict != DUALPIPE_OK ? -EIO : status;
}

static long long free_kib(void)
{
    char line[128];
    long long kib = 0;
    FILE *file = fopen("/proc/meminfo", "re");

    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "MemAvailable: %lld", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib;
}

int measure_hosts(struct bench *bench)
{
    struct pool_work pool = {&target, DUALPIPE_FRESHNESS_FRESH, false};
    const struct work works[] = {
        {.measure = spawn, .cpu = -1},
        {.measure = fork_and_exec, .cpu = -1},
        {.open = load_policy, .measure = run, .cpu = -1},
        {.open = pool_open,
         .measure = pool_measure,
         .close = pool_close,
         .argument = &pool,
         .cpu = -1},
    };
    enum { COUNT = sizeof(works) / sizeof(works[0]) };
    static const char *const names[2][COUNT] = {
        {PEER_SPAWN, "fork and exec", PEER_RUN, PEER_FRESH},
        {PEER_SPAWN " from 1 GiB", "fork and exec from 1 GiB", PEER_RUN " from 1 GiB",
         PEER_FRESH " from 1 GiB"},
    };
    const char *missing = free_kib() < FREE_KIB_MIN ? "less than 5 GiB of memory are free" : NULL;
    struct worker workers[2][COUNT] = {0};
    struct way ways[2 * COUNT];
    const struct group group = {
        .id = "hosts",
        .title = "One run of /bin/true from a small host, and from one of 1 GiB",
        .unit = "microseconds",
        .better = "less",
        .ways = ways,
        .way_count = 2 * COUNT,
    };
    int status;

    for (int large = 0; large < 2; large++) {
        for (int i = 0; i < COUNT; i++) {
            struct work work = works[i];

            work.ballast_bytes = large ? LARGE : 0;
            if (!large || !missing)
                worker_start(&workers[large][i], &work);
            ways[large * COUNT + i] = (struct way){names[large][i], worker_measure,
                                                   &workers[large][i], large ? missing : NULL};
        }
    }
    status = bench_measure(bench, &group, 60);
    for (int i = 0; i < 2 * COUNT; i++)
        worker_stop(&workers[i / COUNT][i % COUNT]);
    return status;
}
