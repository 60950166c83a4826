/* SPDX-License-Identifier: MIT */
/* time_limit.h - the time limit of a package that names none. */
#ifndef RUNNER_JUDGE_TIME_LIMIT_H
#define RUNNER_JUDGE_TIME_LIMIT_H

#include "judging.h"

/* Run the submissions that bound it from below, and set problem.time_limit_s to
 * the smallest multiple of the resolution that leaves them their margin. Returns
 * 0, or -1 and *error, the caller's to free. */
int time_limit_find(struct judging *judging, char **error);

/* After an example was verified: warn where the limit leaves it no margin. */
void time_limit_check(struct judging *judging, const struct example *example,
                      const struct judge_submission *submission);

#endif
