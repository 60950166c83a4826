/* SPDX-License-Identifier: MIT */
/* judgement_release.h - gives back what a judgement holds. */
#ifndef RUNNER_JUDGE_JUDGEMENT_RELEASE_H
#define RUNNER_JUDGE_JUDGEMENT_RELEASE_H

#include "judgement.h"

void judge_submission_release(struct judge_submission *submission);
void judgement_release(struct judgement *judgement);

#endif
