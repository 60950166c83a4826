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

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* One way. Measures once and returns 0 and the sample, or a negative errno value. */
struct way {
    const char *name;
    int (*measure)(void *subject, double *sample);
    void *subject;
};

struct group {
    const char *title;
    const char *unit;
    const char *better; /* "less" or "more" */
    const struct way *ways;
    size_t way_count;
};

/* What to print, and how often to measure. */
struct run {
    FILE *out;
    unsigned rounds;
    bool json;
    bool started; /* a group has been printed already */
};

/* Seconds on a clock that never jumps. */
double seconds_now(void);

/* Measure a group and print it. Returns 0, or a negative errno value: there is no
 * memory, or the first way cannot be measured. */
int group_measure(struct run *run, const struct group *group, unsigned rounds);

#endif /* BENCH_MEASURE_H */
