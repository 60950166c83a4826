/* SPDX-License-Identifier: MIT */
/* judgement_json.h - a judgement as JSON, with the keys that REPORT.md names. */
#ifndef RUNNER_JUDGE_JUDGEMENT_JSON_H
#define RUNNER_JUDGE_JUDGEMENT_JSON_H

#include "judgement.h"

/* One line with all of it; or, for JSON Lines, one submission. With a newline
 * at its end; the caller's to free. NULL: for want of memory. */
char *judgement_json(const struct judgement *judgement);
char *judge_submission_json(const struct judgement *judgement,
                            const struct judge_submission *submission);

#endif
