/* SPDX-License-Identifier: MIT */
/* figures.c - what is counted over a judgement, and figures in words. */
#include "figures.h"
#include "../words.h"

#include <inttypes.h>
#include <stdio.h>

static void count(struct tally *tally, enum judge_verdict verdict)
{
    if (verdict < JUDGE_VERDICT_COUNT)
        tally->of[verdict]++;
}

struct tally tally_of_cases(const struct judge_submission *submission)
{
    struct tally tally = {0};
    size_t i;

    for (i = 0; i < submission->case_count; i++)
        count(&tally, submission->cases[i].verdict);
    return tally;
}

struct tally tally_of_submissions(const struct judgement *judgement)
{
    struct tally tally = {0};
    size_t i;

    for (i = 0; i < judgement->submission_count; i++)
        count(&tally, judgement->submissions[i].verdict);
    return tally;
}

bool is_expected(const struct judge_submission *submission)
{
    const struct judge_expected *expected = &submission->expected;

    return expected->permitted || expected->required || expected->has_score;
}

char *cpu_in_words(const struct judge_case *one, char *text, size_t size)
{
    int64_t us = one->run.usage.cpu_us;

    if (!one->was_run || us < 0)
        text[0] = '\0';
    else
        (void)snprintf(text, size, "%" PRId64 ".%03" PRId64 " s", us / 1000000, us / 1000 % 1000);
    return text;
}

char *memory_in_words(const struct judge_case *one, char *text, size_t size)
{
    text[0] = '\0';
    if (one->was_run && one->run.usage.memory_peak_bytes > 0)
        (void)size_in_words(one->run.usage.memory_peak_bytes, text, size);
    return text;
}

char *score_in_words(const struct judge_score *score, char *text, size_t size)
{
    if (score->known)
        (void)snprintf(text, size, "%.10g", score->points);
    else
        text[0] = '\0';
    return text;
}

void kind_add(struct sheet *sheet, unsigned kind)
{
    sheet_add(sheet, kind & JUDGE_SCORING ? "scoring" : "pass-fail");
    if (kind & JUDGE_INTERACTIVE)
        sheet_add(sheet, ", interactive");
    if (kind & JUDGE_MULTI_PASS)
        sheet_add(sheet, ", multi-pass");
    if (kind & JUDGE_SUBMIT_ANSWER)
        sheet_add(sheet, ", submit-answer");
}

void tally_add(struct sheet *sheet, const struct tally *tally)
{
    const char *separator = "";
    enum judge_verdict verdict;
    size_t i;

    /* What was accepted comes first, what was skipped last. */
    for (i = 1; i <= JUDGE_VERDICT_COUNT; i++) {
        verdict = (enum judge_verdict)(i % JUDGE_VERDICT_COUNT);
        if (tally->of[verdict] == 0)
            continue;
        sheet_print(sheet, "%s%zu %s", separator, tally->of[verdict], judge_verdict_name(verdict));
        separator = ", ";
    }
}
