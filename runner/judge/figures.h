/* SPDX-License-Identifier: MIT */
/* figures.h - what is counted over a judgement, and figures in words. */
#ifndef RUNNER_JUDGE_FIGURES_H
#define RUNNER_JUDGE_FIGURES_H

#include "judgement.h"
#include "sheet.h"

#define FIGURE_SIZE 48

/* How many cases or submissions there are of each verdict. */
struct tally {
    size_t of[JUDGE_VERDICT_COUNT];
};

struct tally tally_of_cases(const struct judge_submission *submission);
struct tally tally_of_submissions(const struct judgement *judgement);

/* Has the package an opinion on how this submission must end? */
bool is_expected(const struct judge_submission *submission);

/* "0.012 s"; "" for what was not run. Return text. */
char *cpu_in_words(const struct judge_case *one, char *text, size_t size);
char *memory_in_words(const struct judge_case *one, char *text, size_t size);
/* "42.5", or "" where there is none. */
char *score_in_words(const struct judge_score *score, char *text, size_t size);

/* "pass-fail, interactive". */
void kind_add(struct sheet *sheet, unsigned kind);

/* "21 accepted, 1 wrong-answer". */
void tally_add(struct sheet *sheet, const struct tally *tally);

#endif
