/* SPDX-License-Identifier: MIT */
/* warm.c - a Python program with common imports, by interpreters of its own and by
 * forks of one that has started before. */
#include "cpu.h"
#include "groups.h"
#include "peers.h"
#include "spawn.h"

#include <stdio.h>
#include <unistd.h>

#define IN_A_ROW 10

static const char imports[] = "import json, re, collections, math, heapq, itertools, functools, "
                              "random, sys, os, bisect, string";
static const char *const bare[] = {"/usr/bin/python3", "-I", "-S", "-E", "-c", imports, NULL};
static const char *const usual[] = {"/usr/bin/python3", "-c", imports, NULL};

/* What is run, and how often for one sample. */
struct plain {
    const char *const *argv;
    unsigned count;
};

static int measure_plain(void *subject, double *sample)
{
    const struct plain *plain = subject;
    const double start = seconds_now();
    int status = 0;

    for (unsigned i = 0; i < plain->count && status == 0; i++) {
        const pid_t pid = spawn_program(plain->argv, -1, -1);

        status = pid < 0 ? (int)pid : spawn_wait(pid);
    }
    *sample = 1e6 * (seconds_now() - start) / plain->count;
    return status;
}

static void start_pool(struct worker *worker, const struct peer_target *target, bool is_warm)
{
    struct pool_work work = {target, DUALPIPE_FRESHNESS_FRESH, is_warm};

    worker_start(worker, &(struct work){
                             .open = pool_open,
                             .measure = pool_measure,
                             .close = pool_close,
                             .argument = &work,
                             .cpu = target->cpu,
                         });
}

static int measure(struct bench *bench, const struct peer_target *target, const char *id,
                   const char *title, unsigned pause_us, unsigned rounds)
{
    const unsigned count = target->in_a_row ? target->in_a_row : 1;
    const struct plain plain = {bare, count};
    const struct plain whole = {usual, count};
    struct worker workers[2] = {{0}};
    const struct way ways[] = {
        {PEER_PLAIN_PYTHON, measure_plain, (void *)&plain, NULL},
        {PEER_PLAIN_PYTHON ", again", measure_plain, (void *)&plain, NULL},
        {"python3", measure_plain, (void *)&whole, NULL},
        {PEER_FRESH, worker_measure, &workers[0], NULL},
        {PEER_WARM, worker_measure, &workers[1], NULL},
    };
    const struct group group = {
        .id = id,
        .title = title,
        .unit = "microseconds",
        .better = "less",
        .ways = ways,
        .way_count = sizeof(ways) / sizeof(ways[0]),
        .pause_us = pause_us,
    };
    cpu_set_t before;
    int status = cpu_take(target->cpu, &before);

    if (status < 0)
        return status;
    start_pool(&workers[0], target, false);
    start_pool(&workers[1], target, true);
    status = bench_measure(bench, &group, rounds);
    worker_stop(&workers[0]);
    worker_stop(&workers[1]);
    cpu_give_back(&before);
    return status;
}

int measure_warm(struct bench *bench)
{
    const struct peer_target paced = {.argv = usual, .policy = "python", .cpu = -1};
    const struct peer_target row = {
        .argv = usual, .policy = "python", .in_a_row = IN_A_ROW, .cpu = cpu_first()};
    int status = 0;

    if (access(bare[0], X_OK) != 0)
        return 0; /* as for the start of Python */
    status = measure(bench, &paced, "warm-20",
                     "A Python program with twelve imports, at 20 runs a second", 50000, 30);
    if (status == 0)
        status = measure(bench, &row, "warm-one-core",
                         "One of 10 runs of it in a row, all on one CPU, all counted", 0, 10);
    return status;
}
