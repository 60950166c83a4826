/* SPDX-License-Identifier: MIT */
/*
 * results.h - what was measured, kept for the tables, the goals, the JSON and the
 * plot.
 */
#ifndef BENCH_RESULTS_H
#define BENCH_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A middle value, and the quartiles around it. */
struct middle {
    double median;
    double low;
    double high;
};

/* The samples of one way of doing a thing, one for each round. */
struct figure {
    const char *name;
    char reason[120]; /* why there are no samples, or "" */
    double *samples;
    struct middle value;
    struct middle ratio; /* to the table's first figure */
    double quiet;        /* the best tenth of the samples begins there: what others' work
                          * on this machine touches least */
};

/* All ways that were measured against each other, in the same rounds. */
struct table {
    const char *id; /* one word, for the goals and the JSON */
    char title[100];
    const char *unit;
    const char *better; /* "less" or "more" */
    unsigned rounds;
    bool is_noisy;
    struct figure *figures;
    size_t count;
};

struct results {
    struct table *tables;
    size_t count;
};

/* A new table with room for the samples, or NULL. It stays where it is until the
 * next one is added; what id, unit, better and the names point to is borrowed. */
struct table *results_add(struct results *results, size_t figures, unsigned rounds);
void results_release(struct results *results);

/* Medians, ratios, and whether it is noisy; once all samples are there. Returns
 * false where there is no memory. */
bool table_summarize(struct table *table);

const struct table *results_find(const struct results *results, const char *id);

/* NULL where it is not there or has no samples. */
const struct figure *table_find(const struct table *table, const char *name);

/* The ratio, or the difference, of two figures of one table, round by round.
 * Return false where there is no memory. */
bool table_ratio(const struct table *table, const struct figure *of, const struct figure *to,
                 struct middle *ratio);
bool table_difference(const struct table *table, const struct figure *of, const struct figure *to,
                      struct middle *difference);

/* The ratio, or the difference, of the best tenths. */
double table_quiet_ratio(const struct figure *of, const struct figure *to);
double table_quiet_difference(const struct figure *of, const struct figure *to);

void table_print(const struct table *table, FILE *out);

#endif /* BENCH_RESULTS_H */
