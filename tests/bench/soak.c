/* SPDX-License-Identifier: MIT */
/* soak.c - twenty thousand runs through one pool: do they stay as fast, and leave
 * nothing behind? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "groups.h"
#include "leftovers.h"
#include "peers.h"

#define RUNS 20000
#define CHUNKS 20 /* in each quarter: the samples */
#define WARM_UP 500
#define DEPTH 8 /* jobs handed in ahead */

static const char *const argv[] = {BENCH_TARGETS "/noop", NULL};

static int take_one(struct dualpipe_pool *pool)
{
    struct dualpipe_result result = {0};
    void *tag;
    const int status = dualpipe_pool_next(pool, &result, &tag, DUALPIPE_SECONDS(60));

    return status == 0 && result.verdict != DUALPIPE_OK ? -EIO : status;
}

/* So many runs. Returns 0 and how many there were a second. */
static int run_chunk(struct dualpipe_pool *pool, unsigned runs, double *rate)
{
    const struct dualpipe_job job = {.argv = argv};
    const double start = seconds_now();
    unsigned submitted = 0;

    for (unsigned ended = 0; ended < runs; ended++) {
        int status = 0;

        for (; submitted < runs && submitted - ended < DEPTH && status == 0; submitted++)
            status = dualpipe_pool_submit(pool, &job, NULL, DUALPIPE_SECONDS(60));
        if (status == 0)
            status = take_one(pool);
        if (status < 0)
            return status;
    }
    *rate = runs / (seconds_now() - start);
    return 0;
}

static int run_quarters(struct bench *bench, struct dualpipe_pool *pool, struct table *table,
                        unsigned chunk)
{
    for (size_t quarter = 0; quarter < table->count; quarter++) {
        for (unsigned i = 0; i < table->rounds; i++) {
            const int status = run_chunk(pool, chunk, &table->figures[quarter].samples[i]);

            if (status < 0)
                return status;
        }
        if (quarter == 0)
            leftovers_memory(&bench->soak_memory_first);
        if (quarter + 1 == table->count)
            leftovers_memory(&bench->soak_memory_last);
    }
    return 0;
}

static int soak(struct bench *bench, const struct dualpipe_policy *policy, struct table *table,
                unsigned chunk)
{
    const struct dualpipe_pool_options options = {
        .policy = policy,
        .freshness = geteuid() == 0 ? DUALPIPE_FRESHNESS_VERIFIED : DUALPIPE_FRESHNESS_FRESH,
        .queue_size = 2 * DEPTH,
    };
    struct dualpipe_pool *pool;
    double nothing;
    int status = dualpipe_pool_open(&pool, &options, NULL);

    if (status < 0)
        return status;
    status = run_chunk(pool, WARM_UP, &nothing);
    if (status == 0)
        status = run_quarters(bench, pool, table, chunk);
    dualpipe_pool_close(pool, DUALPIPE_POOL_CANCEL);
    return status;
}

static int count_and_soak(struct bench *bench, const struct dualpipe_policy *policy,
                          struct table *table, unsigned chunk)
{
    int status;

    leftovers_count(&bench->before_soak);
    status = soak(bench, policy, table, chunk);
    leftovers_count(&bench->after_soak);
    if (status < 0 || !table_summarize(table))
        return status < 0 ? status : -ENOMEM;
    bench->has_soaked = true;
    table_print(table, bench->text);
    leftovers_print(bench->text, &bench->before_soak, &bench->after_soak);
    fprintf(bench->text,
            "  memory of the host process: %ld KiB after a quarter, %ld in the end\n\n",
            bench->soak_memory_first, bench->soak_memory_last);
    return 0;
}

int measure_soak(struct bench *bench)
{
    static const char *const names[] = {"first quarter", "second quarter", "third quarter",
                                        "last quarter"};
    const unsigned runs = (unsigned)(RUNS * bench->effort);
    const unsigned chunk = runs / (4 * CHUNKS) > 0 ? runs / (4 * CHUNKS) : 1;
    struct table *table = results_add(&bench->results, 4, CHUNKS);
    struct dualpipe_policy *policy;
    int status;

    if (!table)
        return -ENOMEM;
    table->id = "soak";
    table->unit = "runs a second";
    table->better = "more";
    snprintf(table->title, sizeof(table->title), "%u runs of a static no-op through a pool",
             4 * CHUNKS * chunk);
    for (int i = 0; i < 4; i++) {
        table->figures[i].name = names[i];
    }
    status = dualpipe_policy_load(&policy, "static", NULL);
    if (status < 0)
        return status;
    status = count_and_soak(bench, policy, table, chunk);
    dualpipe_policy_free(policy);
    return status;
}
