/* SPDX-License-Identifier: MIT */
/* goals.h - what was aimed at, and whether it was reached. */
#ifndef BENCH_GOALS_H
#define BENCH_GOALS_H

#include "measure.h"

enum outcome { OUTCOME_NOT_MEASURED = 0, OUTCOME_REACHED, OUTCOME_NOT_REACHED, OUTCOME_NOISY };

struct goal {
    const char *what;
    double limit;
    bool is_least;      /* the limit is the least that will do, not the most */
    bool is_difference; /* in microseconds, else a ratio */
    const char *table;  /* NULL: nothing measures it yet */
    const char *of;
    const char *to;
};

extern const struct goal goals[];
extern const size_t goal_count;

struct measured {
    struct middle value;
    double quiet; /* by the best tenths */
};

/* measured is set where the goal was. */
enum outcome goal_outcome(const struct bench *bench, const struct goal *goal,
                          struct measured *measured);
const char *outcome_name(enum outcome outcome);

void goals_print(const struct bench *bench, FILE *out);

#endif /* BENCH_GOALS_H */
