/* SPDX-License-Identifier: MIT */
/* transcript.h - a conversation as text: a time, who, a line. */
#ifndef RUNNER_JUDGE_TRANSCRIPT_H
#define RUNNER_JUDGE_TRANSCRIPT_H

#include "judgement.h"
#include "sheet.h"

/* Lines as "0.001234 > 42": ">" from the submission, "<" to it, as in the
 * package format's .interaction files. Control characters are shown as \xNN. */
void transcript_add(struct sheet *sheet, const struct judge_exchange *exchanges, size_t count,
                    bool is_cut);

/* Those of all cases, each under its name. */
void transcript_add_all(struct sheet *sheet, const struct judgement *judgement);

#endif
