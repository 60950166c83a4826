/* SPDX-License-Identifier: MIT */
/* report_csv.c - a judgement for a spreadsheet: one row for each submission. */
#include "report_csv.h"
#include "escape.h"
#include "figures.h"

#include <inttypes.h>

static const struct judge_case *first_failed(const struct judge_submission *submission)
{
    size_t i;

    for (i = 0; i < submission->case_count; i++) {
        const struct judge_case *one = &submission->cases[i];

        if (one->verdict != JUDGE_ACCEPTED && one->verdict != JUDGE_SKIPPED)
            return one;
    }
    return NULL;
}

static void add_figures(const struct judge_submission *submission, struct sheet *sheet)
{
    sheet_add(sheet, ",");
    if (submission->cpu_us > 0)
        sheet_print(sheet, "%" PRId64 ".%06" PRId64, submission->cpu_us / 1000000,
                    submission->cpu_us % 1000000);
    sheet_add(sheet, ",");
    if (submission->memory_peak_bytes > 0)
        sheet_print(sheet, "%" PRId64, submission->memory_peak_bytes);
}

static void add_row(const struct judge_submission *submission, struct sheet *sheet)
{
    const struct judge_case *failed = first_failed(submission);
    struct tally tally = tally_of_cases(submission);
    char text[FIGURE_SIZE];

    escape_csv(sheet, submission->file);
    sheet_print(sheet, ",%s,%s,%zu,%zu,", judge_verdict_name(submission->verdict),
                score_in_words(&submission->score, text, sizeof(text)), tally.of[JUDGE_ACCEPTED],
                submission->case_count);
    escape_csv(sheet, submission->language);
    add_figures(submission, sheet);
    sheet_add(sheet, ",");
    escape_csv(sheet, failed ? failed->name : NULL);
    sheet_add(sheet, ",");
    escape_csv(sheet, submission->reason);
    sheet_add(sheet, "\r\n");
}

int report_csv(const struct judgement *judgement, const char *first, struct sheet *sheet)
{
    size_t i;

    sheet_print(sheet,
                "%s,verdict,score,cases_accepted,cases,language,cpu_seconds,"
                "memory_bytes,first_failed_case,reason\r\n",
                first);
    for (i = 0; i < judgement->submission_count; i++)
        add_row(&judgement->submissions[i], sheet);
    return sheet_status(sheet);
}
