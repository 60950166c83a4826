/* SPDX-License-Identifier: MIT */
/* verify.h - does a submission of the package end as the package expects? Pure. */
#ifndef RUNNER_JUDGE_VERIFY_H
#define RUNNER_JUDGE_VERIFY_H

#include "judgement.h"
#include "problem.h"

/* Fill in .expected, .agrees and .disagreement. */
void verify_submission(const struct problem *problem, const struct example *example,
                       struct judge_submission *submission);

#endif
