/* SPDX-License-Identifier: MIT */
/*
 * measure.h - measure several ways of doing the same thing against each other.
 *
 * A group is a list of ways. They are measured in rounds, each way once in each
 * round, so that whatever the machine does meanwhile happens to all of them. A
 * ratio is the median of the rounds' own ratios to the group's first way. The
 * second way should be the first one again: how far its ratio is from 1 tells
 * how much of a difference means nothing.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "leftovers.h"
#include "results.h"

/* One way. Measures once and returns 0 and the sample, or a negative errno value. */
struct way {
    const char *name;
    int (*measure)(void *subject, double *sample);
    void *subject;
    const char *missing; /* why it cannot be measured here, or NULL */
};

struct group {
    const char *id;
    const char *title;
    const char *unit;
    const char *better; /* "less" or "more" */
    const struct way *ways;
    size_t way_count;
    unsigned pause_us; /* from the start of one to the start of the next; 0: none */
};

/* What another program said. */
struct words {
    char text[8192];
    size_t length;
};

/* The whole of a run of the benchmark. */
struct bench {
    FILE *text; /* the tables as they come */
    double effort;
    struct results results;
    struct words filters;
    struct words limits;
    bool has_soaked;
    struct leftovers before_soak;
    struct leftovers after_soak;
    long soak_memory_first; /* KiB */
    long soak_memory_last;
};

/* Seconds on a clock that never jumps. */
double seconds_now(void);

/* Measure a group and print it. The rounds are multiplied by the effort. Returns
 * 0, or a negative errno value: there is no memory, or the first way cannot be
 * measured. */
int bench_measure(struct bench *bench, const struct group *group, unsigned rounds);

#endif /* BENCH_MEASURE_H */
