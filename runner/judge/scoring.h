/* SPDX-License-Identifier: MIT */
/* scoring.h - what the verdicts and scores of cases make of a submission. Pure. */
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

/* Fill in the verdict, the reason, the score and the groups. */
void scoring_finish(const struct problem *problem, struct judge_submission *submission);

/* The best there is, where that is known. */
struct judge_score scoring_max(const struct problem *problem);

#endif
