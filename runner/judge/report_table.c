/* SPDX-License-Identifier: MIT */
/* report_table.c - a judgement as tables of text, for a terminal. */
#include "report_table.h"
#include "../words.h"
#include "escape.h"
#include "figures.h"

#include <stdio.h>
#include <string.h>

#define NAME_MOST 44
#define VERDICT_WIDTH 14
#define FIGURE_WIDTH 11
#define COLUMNS_BOUNDLESS 4000

/* What the rows of one table have in common. */
struct grid {
    const struct style *style;
    size_t name_width;
    bool has_scores;
    bool has_expected;
};

static void add_blanks(struct sheet *sheet, size_t count)
{
    while (count-- > 0)
        sheet_add(sheet, " ");
}

static void add_left(struct sheet *sheet, const char *text, size_t width)
{
    size_t used = escape_line(sheet, text, width);

    add_blanks(sheet, used < width ? width - used : 0);
}

static void add_name(struct sheet *sheet, const char *name, size_t width)
{
    size_t used = escape_path(sheet, name, width);

    add_blanks(sheet, used < width ? width - used : 0);
}

static void add_right(struct sheet *sheet, const char *text, size_t width)
{
    size_t length = strlen(text);

    add_blanks(sheet, length < width ? width - length : 0);
    sheet_add(sheet, text);
}

static size_t width_of(const char *text)
{
    struct sheet ignored = {0};
    size_t width = escape_line(&ignored, text, NAME_MOST);

    sheet_release(&ignored);
    return width;
}

static size_t room_for_text(const struct style *style, size_t used)
{
    size_t columns = style->columns ? style->columns - 1 : COLUMNS_BOUNDLESS;

    return columns > used + 10 ? columns - used : 10;
}

/* The rest of a row: free text of one line, or nothing. */
static void end_row(const struct grid *grid, struct sheet *sheet, size_t used, const char *text)
{
    if (text && text[0]) {
        sheet_add(sheet, "  ");
        (void)escape_line(sheet, text, room_for_text(grid->style, used + 2));
    }
    /* No blanks at the end of a line. */
    while (sheet->length > 0 && sheet->text[sheet->length - 1] == ' ')
        sheet->text[--sheet->length] = '\0';
    sheet_add(sheet, "\n");
}

static void add_case_heading(const struct grid *grid, struct sheet *sheet)
{
    sheet_add(sheet, "  ");
    add_left(sheet, "CASE", grid->name_width);
    sheet_add(sheet, "  ");
    add_left(sheet, "VERDICT", VERDICT_WIDTH);
    add_right(sheet, "CPU TIME", FIGURE_WIDTH);
    add_right(sheet, "MEMORY", FIGURE_WIDTH);
    if (grid->has_scores)
        add_right(sheet, "SCORE", FIGURE_WIDTH);
    end_row(grid, sheet, 0, "REASON");
}

static void add_case(const struct grid *grid, struct sheet *sheet, const struct judge_case *one)
{
    size_t used = 4 + grid->name_width + VERDICT_WIDTH + (size_t)2 * FIGURE_WIDTH;
    char text[FIGURE_SIZE];

    sheet_add(sheet, "  ");
    add_name(sheet, one->name, grid->name_width);
    sheet_add(sheet, "  ");
    style_verdict(sheet, grid->style, one->verdict, VERDICT_WIDTH);
    add_right(sheet, cpu_in_words(one, text, sizeof(text)), FIGURE_WIDTH);
    add_right(sheet, memory_in_words(one, text, sizeof(text)), FIGURE_WIDTH);
    if (grid->has_scores)
        add_right(sheet, score_in_words(&one->score, text, sizeof(text)), FIGURE_WIDTH);
    end_row(grid, sheet, used + (grid->has_scores ? FIGURE_WIDTH : 0),
            one->verdict == JUDGE_ACCEPTED ? NULL : one->reason);
}

static void add_cases(const struct style *style, const struct judge_submission *submission,
                      struct sheet *sheet)
{
    struct grid grid = {.style = style, .name_width = strlen("CASE")};
    size_t i;

    if (tally_of_cases(submission).of[JUDGE_SKIPPED] == submission->case_count)
        return;
    for (i = 0; i < submission->case_count; i++) {
        size_t width = width_of(submission->cases[i].name);

        grid.name_width = width > grid.name_width ? width : grid.name_width;
        grid.has_scores = grid.has_scores || submission->cases[i].score.known;
    }
    add_case_heading(&grid, sheet);
    for (i = 0; i < submission->case_count; i++)
        add_case(&grid, sheet, &submission->cases[i]);
}

/* "7 accepted, 1 wrong-answer; slowest 0.003 s, largest 2.0 MiB; score 40". */
static void add_sum(const struct judge_submission *submission, struct sheet *sheet)
{
    struct tally tally = tally_of_cases(submission);
    char text[FIGURE_SIZE];

    sheet_add(sheet, "; ");
    tally_add(sheet, &tally);
    if (submission->cpu_us > 0)
        sheet_print(sheet, "; slowest %s", time_in_words(submission->cpu_us, text, sizeof(text)));
    if (submission->memory_peak_bytes > 0)
        sheet_print(sheet, ", largest %s",
                    size_in_words(submission->memory_peak_bytes, text, sizeof(text)));
    if (submission->score.known)
        sheet_print(sheet, "; score %s", score_in_words(&submission->score, text, sizeof(text)));
}

static void add_lines(const struct style *style, const char *text, struct sheet *sheet)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        char line[512];

        (void)snprintf(line, sizeof(line), "%.*s", (int)(length < 500 ? length : 500), text);
        sheet_add(sheet, "  | ");
        (void)escape_line(sheet, line, room_for_text(style, 4));
        sheet_add(sheet, "\n");
        text += length;
        text += *text == '\n';
    }
}

static void add_submission(const struct style *style, const struct judge_submission *submission,
                           struct sheet *sheet)
{
    (void)escape_line(sheet, submission->file, room_for_text(style, 0));
    sheet_add(sheet, submission->language ? " (" : "");
    (void)escape_line(sheet, submission->language, NAME_MOST);
    sheet_add(sheet, submission->language ? ")\n" : "\n");
    if (submission->compile.was_run && submission->compile.messages)
        add_lines(style, submission->compile.messages, sheet);
    add_cases(style, submission, sheet);
    style_verdict(sheet, style, submission->verdict, 0);
    if (submission->verdict != JUDGE_ACCEPTED && submission->reason && submission->reason[0]) {
        sheet_add(sheet, ": ");
        (void)escape_line(sheet, submission->reason, COLUMNS_BOUNDLESS);
    }
    if (submission->case_count > 0)
        add_sum(submission, sheet);
    sheet_add(sheet, "\n");
}

static void add_overview_heading(const struct grid *grid, struct sheet *sheet)
{
    add_left(sheet, "SUBMISSION", grid->name_width);
    sheet_add(sheet, "  ");
    add_left(sheet, "VERDICT", VERDICT_WIDTH);
    add_right(sheet, "ACCEPTED", FIGURE_WIDTH);
    add_right(sheet, "CPU TIME", FIGURE_WIDTH);
    add_right(sheet, "MEMORY", FIGURE_WIDTH);
    if (grid->has_scores)
        add_right(sheet, "SCORE", FIGURE_WIDTH);
    end_row(grid, sheet, 0, grid->has_expected ? "AS EXPECTED" : "REASON");
}

static void add_last_words(const struct grid *grid, struct sheet *sheet, size_t used,
                           const struct judge_submission *submission)
{
    struct sheet words = {0};

    if (!submission->agrees) {
        sheet_add(&words, "NO: ");
        sheet_add(&words, submission->disagreement);
    } else if (is_expected(submission) && submission->verdict != JUDGE_SKIPPED) {
        sheet_add(&words, "yes");
    } else if (submission->verdict != JUDGE_ACCEPTED) {
        sheet_add(&words, submission->reason);
    }
    end_row(grid, sheet, used, words.text);
    sheet_release(&words);
}

static void add_overview_row(const struct grid *grid, struct sheet *sheet,
                             const struct judge_submission *submission)
{
    size_t used = 2 + grid->name_width + VERDICT_WIDTH + (size_t)3 * FIGURE_WIDTH;
    struct tally tally = tally_of_cases(submission);
    char text[FIGURE_SIZE] = "";

    add_name(sheet, submission->file, grid->name_width);
    sheet_add(sheet, "  ");
    style_verdict(sheet, grid->style, submission->verdict, VERDICT_WIDTH);
    if (submission->case_count > 0)
        (void)snprintf(text, sizeof(text), "%zu/%zu", tally.of[JUDGE_ACCEPTED],
                       submission->case_count);
    add_right(sheet, text, FIGURE_WIDTH);
    text[0] = '\0';
    if (submission->cpu_us > 0)
        (void)time_in_words(submission->cpu_us, text, sizeof(text));
    add_right(sheet, text, FIGURE_WIDTH);
    text[0] = '\0';
    if (submission->memory_peak_bytes > 0)
        (void)size_in_words(submission->memory_peak_bytes, text, sizeof(text));
    add_right(sheet, text, FIGURE_WIDTH);
    if (grid->has_scores)
        add_right(sheet, score_in_words(&submission->score, text, sizeof(text)), FIGURE_WIDTH);
    add_last_words(grid, sheet, used + (grid->has_scores ? FIGURE_WIDTH : 0), submission);
}

static void add_overview(const struct judgement *judgement, const struct style *style,
                         struct sheet *sheet)
{
    struct grid grid = {.style = style, .name_width = strlen("SUBMISSION")};
    struct tally tally = tally_of_submissions(judgement);
    size_t expected = 0;
    size_t agreeing = 0;
    size_t i;

    for (i = 0; i < judgement->submission_count; i++) {
        const struct judge_submission *submission = &judgement->submissions[i];
        size_t width = width_of(submission->file);
        bool counts = is_expected(submission) && submission->verdict != JUDGE_SKIPPED;

        grid.name_width = width > grid.name_width ? width : grid.name_width;
        grid.has_scores = grid.has_scores || submission->score.known;
        expected += counts;
        agreeing += counts && submission->agrees;
    }
    grid.has_expected = expected > 0;
    add_overview_heading(&grid, sheet);
    for (i = 0; i < judgement->submission_count; i++)
        add_overview_row(&grid, sheet, &judgement->submissions[i]);
    sheet_print(sheet, "%zu submissions: ", judgement->submission_count);
    tally_add(sheet, &tally);
    if (expected > 0)
        sheet_print(sheet, "; %zu of %zu as expected", agreeing, expected);
    sheet_add(sheet, "\n");
}

static void add_problem(const struct judge_problem *problem, const struct style *style,
                        struct sheet *sheet)
{
    const struct dualpipe_limits *limits = &problem->limits;
    char text[FIGURE_SIZE];
    size_t i;

    (void)escape_line(sheet, problem->name ? problem->name : problem->path,
                      room_for_text(style, 0));
    sheet_add(sheet, " (");
    (void)escape_line(sheet, problem->format ? problem->format : "unknown format", NAME_MOST);
    sheet_add(sheet, ", ");
    kind_add(sheet, problem->kind);
    if (limits->cpu_us != 0)
        sheet_print(sheet, "; time %s", time_in_words(limits->cpu_us, text, sizeof(text)));
    if (limits->memory_bytes != 0)
        sheet_print(sheet, ", memory %s", size_in_words(limits->memory_bytes, text, sizeof(text)));
    sheet_add(sheet, ")\n");
    for (i = 0; i < problem->warning_count; i++) {
        sheet_add(sheet, "warning: ");
        (void)escape_line(sheet, problem->warnings[i], COLUMNS_BOUNDLESS);
        sheet_add(sheet, "\n");
    }
    sheet_add(sheet, "\n");
}

int report_table(const struct judgement *judgement, const struct style *style, bool with_cases,
                 struct sheet *sheet)
{
    bool has_many = judgement->submission_count > 1;
    size_t i;

    add_problem(&judgement->problem, style, sheet);
    for (i = 0; i < judgement->submission_count && (with_cases || !has_many); i++) {
        add_submission(style, &judgement->submissions[i], sheet);
        sheet_add(sheet, has_many ? "\n" : "");
    }
    if (has_many)
        add_overview(judgement, style, sheet);
    return sheet_status(sheet);
}
