/* SPDX-License-Identifier: MIT */
/*
 * scoring.h - what the verdicts and scores of cases make of a submission. Pure,
 * but for a grader that the package brings along.
 */
#ifndef RUNNER_JUDGE_SCORING_H
#define RUNNER_JUDGE_SCORING_H

#include "judgement.h"
#include "problem.h"

/* Does one failed case settle the verdict, whatever the others do? */
bool scoring_stops_early(const struct problem *problem);

/* Is a case to be run, by what is known of the cases before it? tests' verdicts
 * are those of cases; done ones only. *why is the caller's to free. */
bool scoring_wants_case(const struct problem *problem, const struct judge_case *cases, size_t index,
                        char **why);

/* Must all cases before this one be done, to know that? */
bool scoring_must_wait(const struct problem *problem, size_t index);

/* Legacy's custom grader. ask runs it with the flags of a group and with results,
 * a line for each item: "AC 1.5". Returns 0 and what it printed, the caller's to
 * free, or -1 and *why. */
struct grader {
    int (*ask)(void *argument, const struct group *group, const char *results, char **answer,
               char **why);
    void *argument;
};

/* Fill in the verdict, the reason, the score and the groups. grader: for groups
 * with grading: custom; NULL where there are none. */
void scoring_finish(const struct problem *problem, const struct grader *grader,
                    struct judge_submission *submission);

/* The best there is, where that is known. */
struct judge_score scoring_max(const struct problem *problem);

#endif
