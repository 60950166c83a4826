/* SPDX-License-Identifier: MIT */
/* measure.c - see measure.h. */
#include "measure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MIN 3

double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Put the ways into another order, so that none always comes after the same one:
 * the kernel may still be busy with taking that one's box apart. */
static void shuffle(size_t *order, size_t count, unsigned *state)
{
    for (size_t i = count; i > 1; i--) {
        size_t chosen, other;

        *state = *state * 1664525u + 1013904223u;
        chosen = (*state >> 16) % i;
        other = order[i - 1];
        order[i - 1] = order[chosen];
        order[chosen] = other;
    }
}

static void sleep_until(double due)
{
    const double left = due - seconds_now();
    struct timespec nap = {.tv_sec = (time_t)left, .tv_nsec = (long)(1e9 * (left - (time_t)left))};

    if (left > 0)
        nanosleep(&nap, NULL);
}

static void measure_once(const struct way *way, struct figure *figure, double *sample)
{
    const int status = way->measure(way->subject, sample);

    if (status < 0)
        snprintf(figure->reason, sizeof(figure->reason), "%s",
                 status == -ENOTSUP ? "the box was not as new as was asked for"
                                    : strerror(-status));
}

/* Measure each way once in each round, after once for nothing. */
static void run_rounds(const struct group *group, struct table *table, size_t *order)
{
    unsigned state = 1;
    double due = 0;
    double warm_up;

    for (size_t i = 0; i < group->way_count; i++) {
        struct figure *figure = &table->figures[i];

        order[i] = i;
        figure->name = group->ways[i].name;
        if (group->ways[i].missing)
            snprintf(figure->reason, sizeof(figure->reason), "%s", group->ways[i].missing);
        else
            measure_once(&group->ways[i], figure, &warm_up);
    }
    for (unsigned round = 0; round < table->rounds; round++) {
        shuffle(order, group->way_count, &state);
        for (size_t i = 0; i < group->way_count; i++) {
            struct figure *figure = &table->figures[order[i]];

            if (figure->reason[0])
                continue;
            if (group->pause_us > 0)
                sleep_until(due);
            due = seconds_now() + group->pause_us / 1e6;
            measure_once(&group->ways[order[i]], figure, &figure->samples[round]);
        }
    }
}

static unsigned rounds_for(const struct bench *bench, unsigned rounds)
{
    const double wanted = bench->effort * rounds;

    return wanted < ROUNDS_MIN ? ROUNDS_MIN : (unsigned)(wanted + 0.5);
}

int bench_measure(struct bench *bench, const struct group *group, unsigned rounds)
{
    struct table *table = results_add(&bench->results, group->way_count, rounds_for(bench, rounds));
    size_t *order = calloc(group->way_count, sizeof(*order));

    if (!table || !order) {
        free(order);
        return -ENOMEM;
    }
    table->id = group->id;
    snprintf(table->title, sizeof(table->title), "%s", group->title);
    table->unit = group->unit;
    table->better = group->better;
    run_rounds(group, table, order);
    free(order);
    if (table->figures[0].reason[0]) { /* without it there are no ratios */
        fprintf(stderr, "dualpipe_bench: %s: %s: %s\n", group->title, table->figures[0].name,
                table->figures[0].reason);
        return -EIO;
    }
    if (!table_summarize(table))
        return -ENOMEM;
    table_print(table, bench->text);
    fflush(bench->text);
    return 0;
}
