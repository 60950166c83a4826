/* SPDX-License-Identifier: MIT */
/* measure.c - rounds, medians, ratios and the tables of them. */
#include "measure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Where a difference can no longer be told from noise. */
#define DRIFT_MAX 0.05  /* of the first way measured twice */
#define SPREAD_MAX 0.50 /* between the quartiles of any way */

/* The samples of one way, in the order of the rounds. */
struct series {
    double *samples;
    int error; /* a negative errno value: it could not be measured */
    double median;
    double spread; /* between the quartiles, as a part of the median */
    double ratio;  /* to the first series */
};

double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int compare_samples(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;

    return (a > b) - (a < b);
}

/* The sample that a part of the sorted samples lies below. */
static double quantile(const double *sorted, unsigned count, double part)
{
    return sorted[(unsigned)(part * (count - 1) + 0.5)];
}

static void summarize(struct series *series, const struct series *first, unsigned rounds,
                      double *scratch)
{
    memcpy(scratch, series->samples, rounds * sizeof(*scratch));
    qsort(scratch, rounds, sizeof(*scratch), compare_samples);
    series->median = quantile(scratch, rounds, 0.5);
    series->spread =
        (quantile(scratch, rounds, 0.75) - quantile(scratch, rounds, 0.25)) / series->median;
    for (unsigned i = 0; i < rounds; i++)
        scratch[i] = series->samples[i] / first->samples[i];
    qsort(scratch, rounds, sizeof(*scratch), compare_samples);
    series->ratio = quantile(scratch, rounds, 0.5);
}

static bool is_noisy(const struct series *series, size_t count)
{
    if (count > 1 && !series[0].error && !series[1].error && fabs(series[1].ratio - 1) > DRIFT_MAX)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (!series[i].error && series[i].spread > SPREAD_MAX)
            return true;
    }
    return false;
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

/* Measure each way once in each round, after once for nothing. */
static void run_rounds(const struct group *group, struct series *series, size_t *order,
                       unsigned rounds)
{
    unsigned state = 1;
    double warm_up;

    for (size_t i = 0; i < group->way_count; i++) {
        order[i] = i;
        series[i].error = group->ways[i].measure(group->ways[i].subject, &warm_up);
    }
    for (unsigned round = 0; round < rounds; round++) {
        shuffle(order, group->way_count, &state);
        for (size_t i = 0; i < group->way_count; i++) {
            const struct way *way = &group->ways[order[i]];
            struct series *its = &series[order[i]];

            if (!its->error)
                its->error = way->measure(way->subject, &its->samples[round]);
        }
    }
}

static void print_text(const struct run *run, const struct group *group,
                       const struct series *series, unsigned rounds)
{
    fprintf(run->out, "%s (%s, %s is better; %u rounds)\n", group->title, group->unit,
            group->better, rounds);
    fprintf(run->out, "  %-36s %11s %8s %8s\n", "", "median", "spread", "ratio");
    for (size_t i = 0; i < group->way_count; i++) {
        fprintf(run->out, "  %-36s ", group->ways[i].name);
        if (series[i].error)
            fprintf(run->out, "not measured: %s\n", strerror(-series[i].error));
        else
            fprintf(run->out, "%11.1f %6.0f %% %8.2f\n", series[i].median, 100 * series[i].spread,
                    series[i].ratio);
    }
    if (is_noisy(series, group->way_count))
        fprintf(run->out,
                "  TOO NOISY TO TELL: look at the spread, and at what is measured again\n");
    fputc('\n', run->out);
}

/* Names and titles hold nothing that JSON would want escaped. */
static void print_json(const struct run *run, const struct group *group,
                       const struct series *series, unsigned rounds)
{
    fprintf(run->out, "%s\n  {\"title\": \"%s\", \"unit\": \"%s\", \"better\": \"%s\", ",
            run->started ? "," : "", group->title, group->unit, group->better);
    fprintf(run->out, "\"rounds\": %u, \"noisy\": %s, \"ways\": [", rounds,
            is_noisy(series, group->way_count) ? "true" : "false");
    for (size_t i = 0; i < group->way_count; i++) {
        fprintf(run->out, "%s\n    {\"name\": \"%s\", ", i > 0 ? "," : "", group->ways[i].name);
        if (series[i].error)
            fprintf(run->out, "\"error\": \"%s\"}", strerror(-series[i].error));
        else
            fprintf(run->out, "\"median\": %.3f, \"spread\": %.3f, \"ratio\": %.3f}",
                    series[i].median, series[i].spread, series[i].ratio);
    }
    fprintf(run->out, "]}");
}

int group_measure(struct run *run, const struct group *group, unsigned rounds)
{
    size_t count = group->way_count;
    struct series *series = calloc(count, sizeof(*series));
    double *samples = calloc((count + 1) * rounds, sizeof(*samples));
    size_t *order = calloc(count, sizeof(*order));
    int status = -ENOMEM;

    if (series && samples && order) {
        for (size_t i = 0; i < count; i++)
            series[i].samples = samples + i * rounds;
        run_rounds(group, series, order, rounds);
        status = series[0].error; /* without it there are no ratios */
    }
    if (status == 0) {
        for (size_t i = 0; i < count; i++)
            summarize(&series[i], &series[0], rounds, samples + count * rounds);
        (run->json ? print_json : print_text)(run, group, series, rounds);
        fflush(run->out);
        run->started = true;
    }
    free(order);
    free(samples);
    free(series);
    return status;
}
