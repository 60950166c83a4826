/* SPDX-License-Identifier: MIT */
/* scoring_parts.h - what the scoring of 2025-09 and that of legacy share. */
#ifndef RUNNER_JUDGE_SCORING_PARTS_H
#define RUNNER_JUDGE_SCORING_PARTS_H

#include "scoring.h"

struct sum {
    double total;
    double least;
    double most;
    size_t count;
};

void scoring_take(struct sum *sum, double points);

/* One group more among what is told of a submission. */
struct judge_group *scoring_add_group(struct judge_submission *submission, const char *name);

/* Legacy: a grader for each node of a tree. */
void scoring_finish_legacy(const struct problem *problem, const struct grader *grader,
                           struct judge_submission *submission);

#endif
