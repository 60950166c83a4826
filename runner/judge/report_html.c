/* SPDX-License-Identifier: MIT */
/* report_html.c - a judgement as one page that needs nothing but a browser. */
#include "report_html.h"
#include "../words.h"
#include "escape.h"
#include "figures.h"
#include "page.h"

#include <stdio.h>
#include <string.h>

#define OPEN_MOST 3    /* so many submissions are shown opened up */
#define TIPS_MOST 5000 /* beyond so many cases, bars of plots have no tips: pages get large */

static const char *name_of(const struct judge_problem *problem)
{
    return problem->name ? problem->name : problem->path;
}

static void add_head(struct sheet *sheet, const struct judge_problem *problem)
{
    sheet_print(sheet,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src '%s'; base-uri 'none'; form-action 'none'\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"referrer\" content=\"no-referrer\">\n"
                "<meta name=\"generator\" content=\"dualpipe %s\">\n<title>",
                page_style_sha256, dualpipe_version());
    escape_markup(sheet, name_of(problem));
    sheet_print(sheet, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n", page_style);
}

static void add_fact(struct sheet *sheet, const char *label, const char *text)
{
    if (!text || !text[0])
        return;
    sheet_print(sheet, "<span>%s <b>", label);
    escape_markup(sheet, text);
    sheet_add(sheet, "</b></span>\n");
}

static void add_problem(struct sheet *sheet, const struct judge_problem *problem)
{
    const struct dualpipe_limits *limits = &problem->limits;
    char text[FIGURE_SIZE];
    size_t i;

    sheet_add(sheet, "<h1>");
    escape_markup(sheet, name_of(problem));
    sheet_add(sheet, "</h1>\n<div class=\"facts\">\n<span><b>");
    kind_add(sheet, problem->kind);
    sheet_add(sheet, "</b></span>\n");
    add_fact(sheet, "format", problem->format);
    if (limits->cpu_us != 0)
        add_fact(sheet, "time limit", time_in_words(limits->cpu_us, text, sizeof(text)));
    if (limits->memory_bytes != 0)
        add_fact(sheet, "memory limit", size_in_words(limits->memory_bytes, text, sizeof(text)));
    add_fact(sheet, "full score", score_in_words(&problem->max_score, text, sizeof(text)));
    sheet_add(sheet, "</div>\n");
    for (i = 0; i < problem->warning_count; i++) {
        sheet_add(sheet, "<p class=\"card warning\">");
        escape_markup(sheet, problem->warnings[i]);
        sheet_add(sheet, "</p>\n");
    }
}

static void add_cell(struct sheet *sheet, const char *text)
{
    sheet_add(sheet, "<td class=\"number\">");
    escape_markup(sheet, text);
    sheet_add(sheet, "</td>");
}

/* What the last column of the overview says of it. */
static void add_outcome(struct sheet *sheet, const struct judge_submission *submission)
{
    sheet_add(sheet, "<td>");
    if (!submission->agrees) {
        sheet_add(sheet, "<span class=\"no\">not as expected</span> ");
        escape_markup(sheet, submission->disagreement);
    } else if (is_expected(submission) && submission->verdict != JUDGE_SKIPPED) {
        sheet_add(sheet, "as expected");
    } else if (submission->verdict != JUDGE_ACCEPTED) {
        escape_markup(sheet, submission->reason);
    }
    sheet_add(sheet, "</td>");
}

static void add_overview_row(struct sheet *sheet, const struct judge_submission *submission,
                             size_t number, bool has_scores)
{
    struct tally tally = tally_of_cases(submission);
    char text[FIGURE_SIZE] = "";

    sheet_print(sheet, "<tr><td class=\"name\"><a href=\"#s%zu\">", number);
    escape_markup(sheet, submission->file);
    sheet_add(sheet, "</a></td><td>");
    escape_markup(sheet, submission->language);
    sheet_add(sheet, "</td><td>");
    page_verdict(sheet, submission->verdict);
    sheet_add(sheet, "</td>");
    if (has_scores)
        add_cell(sheet, score_in_words(&submission->score, text, sizeof(text)));
    sheet_print(sheet, "<td class=\"number\">%zu/%zu</td>", tally.of[JUDGE_ACCEPTED],
                submission->case_count);
    text[0] = '\0';
    if (submission->cpu_us > 0)
        (void)time_in_words(submission->cpu_us, text, sizeof(text));
    add_cell(sheet, text);
    text[0] = '\0';
    if (submission->memory_peak_bytes > 0)
        (void)size_in_words(submission->memory_peak_bytes, text, sizeof(text));
    add_cell(sheet, text);
    add_outcome(sheet, submission);
    sheet_add(sheet, "</tr>\n");
}

static bool has_scores(const struct judgement *judgement)
{
    size_t i;

    for (i = 0; i < judgement->submission_count; i++) {
        if (judgement->submissions[i].score.known)
            return true;
    }
    return false;
}

static void add_overview(struct sheet *sheet, const struct judgement *judgement)
{
    struct tally tally = tally_of_submissions(judgement);
    bool scores = has_scores(judgement);
    size_t i;

    sheet_print(sheet, "<section class=\"card\">\n<h2>%zu submissions</h2>\n<p class=\"note\">",
                judgement->submission_count);
    tally_add(sheet, &tally);
    sheet_print(sheet,
                "</p>\n<div class=\"wide\"><table>\n<thead><tr><th>Submission</th>"
                "<th>Language</th><th>Verdict</th>%s<th class=\"number\">Accepted</th>"
                "<th class=\"number\">CPU time</th><th class=\"number\">Memory</th>"
                "<th>Outcome</th></tr></thead>\n<tbody>\n",
                scores ? "<th class=\"number\">Score</th>" : "");
    for (i = 0; i < judgement->submission_count; i++)
        add_overview_row(sheet, &judgement->submissions[i], i + 1, scores);
    sheet_add(sheet, "</tbody>\n</table></div>\n</section>\n");
}

/* A row of its own below that of the case, as wide as the table. */
static void add_case_details(struct sheet *sheet, const struct judge_case *one, int columns)
{
    sheet_print(sheet,
                "<tr class=\"more\"><td colspan=\"%d\"><details%s><summary>details</summary>\n",
                columns, one->verdict == JUDGE_ACCEPTED ? "" : " open");
    page_case_details(sheet, one);
    sheet_add(sheet, "</details></td></tr>\n");
}

static void add_case(struct sheet *sheet, const struct judge_case *one, bool scores)
{
    char text[FIGURE_SIZE];

    sheet_add(sheet, "<tr><td class=\"name\">");
    escape_markup(sheet, one->name);
    sheet_add(sheet, "</td><td>");
    page_verdict(sheet, one->verdict);
    sheet_add(sheet, "</td>");
    if (scores)
        add_cell(sheet, score_in_words(&one->score, text, sizeof(text)));
    add_cell(sheet, cpu_in_words(one, text, sizeof(text)));
    add_cell(sheet, memory_in_words(one, text, sizeof(text)));
    sheet_add(sheet, "<td>");
    if (one->verdict != JUDGE_ACCEPTED)
        escape_markup(sheet, one->reason);
    if (one->passes > 1)
        sheet_print(sheet, " <span class=\"note\">(%u passes)</span>", one->passes);
    sheet_add(sheet, "</td></tr>\n");
    if (page_case_has_details(one))
        add_case_details(sheet, one, scores ? 6 : 5);
}

static void add_cases(struct sheet *sheet, const struct judge_submission *submission)
{
    bool scores = false;
    size_t i;

    if (submission->case_count == 0)
        return;
    if (tally_of_cases(submission).of[JUDGE_SKIPPED] == submission->case_count) {
        sheet_print(sheet, "<p class=\"note\">None of %zu cases was run.</p>\n",
                    submission->case_count);
        return;
    }
    for (i = 0; i < submission->case_count; i++)
        scores = scores || submission->cases[i].score.known;
    sheet_print(sheet,
                "<div class=\"wide\"><table>\n<thead><tr><th>Case</th><th>Verdict</th>%s"
                "<th class=\"number\">CPU time</th><th class=\"number\">Memory</th>"
                "<th>Reason</th></tr></thead>\n<tbody>\n",
                scores ? "<th class=\"number\">Score</th>" : "");
    for (i = 0; i < submission->case_count; i++)
        add_case(sheet, &submission->cases[i], scores);
    sheet_add(sheet, "</tbody>\n</table></div>\n");
}

static void add_groups(struct sheet *sheet, const struct judge_submission *submission)
{
    char text[FIGURE_SIZE];
    size_t i;

    if (!submission->score.known || submission->group_count == 0)
        return;
    sheet_add(sheet, "<h3>Groups</h3>\n<div class=\"wide\"><table>\n<thead><tr><th>Group</th>"
                     "<th>Verdict</th><th class=\"number\">Score</th><th class=\"number\">of</th>"
                     "</tr></thead>\n<tbody>\n");
    for (i = 0; i < submission->group_count; i++) {
        const struct judge_group *group = &submission->groups[i];

        sheet_add(sheet, "<tr><td class=\"name\">");
        escape_markup(sheet, group->name);
        sheet_add(sheet, "</td><td>");
        page_verdict(sheet, group->verdict);
        sheet_add(sheet, "</td>");
        add_cell(sheet, score_in_words(&group->score, text, sizeof(text)));
        add_cell(sheet, score_in_words(&group->max_score, text, sizeof(text)));
        sheet_add(sheet, "</tr>\n");
    }
    sheet_add(sheet, "</tbody>\n</table></div>\n");
}

static void add_compile(struct sheet *sheet, const struct judge_compile *compile)
{
    if (!compile->was_run)
        return;
    if (compile->messages && compile->messages[0]) {
        page_text(sheet, "Compile command", compile->command);
        page_text(sheet, "Messages of the compiler", compile->messages);
    }
    if (compile->messages_cut)
        sheet_add(sheet, "<p class=\"note\">There was more; it was not kept.</p>\n");
}

static void add_facts(struct sheet *sheet, const struct judge_submission *submission)
{
    char text[FIGURE_SIZE];

    sheet_add(sheet, "<p>");
    if (submission->verdict != JUDGE_ACCEPTED)
        escape_markup(sheet, submission->reason);
    sheet_add(sheet, "</p>\n<div class=\"facts\">\n");
    add_fact(sheet, "language", submission->language);
    add_fact(sheet, "version", submission->language_version);
    add_fact(sheet, "score", score_in_words(&submission->score, text, sizeof(text)));
    if (submission->cpu_us > 0)
        add_fact(sheet, "slowest", time_in_words(submission->cpu_us, text, sizeof(text)));
    if (submission->memory_peak_bytes > 0)
        add_fact(sheet, "largest",
                 size_in_words(submission->memory_peak_bytes, text, sizeof(text)));
    add_fact(sheet, "expected", submission->expected.source);
    sheet_add(sheet, "</div>\n");
    if (!submission->agrees) {
        sheet_add(sheet, "<p class=\"no\">Not as expected: ");
        escape_markup(sheet, submission->disagreement);
        sheet_add(sheet, "</p>\n");
    }
}

static void add_submission(struct sheet *sheet, const struct judgement *judgement, size_t index)
{
    const struct judge_submission *submission = &judgement->submissions[index];
    bool is_open = judgement->submission_count <= OPEN_MOST || !submission->agrees;

    sheet_print(sheet,
                "<section class=\"card\" id=\"s%zu\">\n<details%s>\n<summary><h2 class=\"name\">",
                index + 1, is_open ? " open" : "");
    escape_markup(sheet, submission->file);
    sheet_add(sheet, "</h2>");
    page_verdict(sheet, submission->verdict);
    sheet_add(sheet, "</summary>\n");
    add_facts(sheet, submission);
    add_compile(sheet, &submission->compile);
    page_plots(sheet, submission, &judgement->problem.limits,
               judgement->submission_count * submission->case_count <= TIPS_MOST);
    add_groups(sheet, submission);
    add_cases(sheet, submission);
    sheet_add(sheet, "</details>\n</section>\n");
}

int report_html(const struct judgement *judgement, struct sheet *sheet)
{
    size_t i;

    add_head(sheet, &judgement->problem);
    add_problem(sheet, &judgement->problem);
    if (judgement->error) {
        sheet_add(sheet, "<p class=\"card failed\">Could not judge: ");
        escape_markup(sheet, judgement->error);
        sheet_add(sheet, "</p>\n");
    }
    if (judgement->submission_count > 1)
        add_overview(sheet, judgement);
    for (i = 0; i < judgement->submission_count; i++)
        add_submission(sheet, judgement, i);
    sheet_print(sheet, "<p class=\"note\">Judged by dualpipe %s</p>\n</main>\n</body>\n</html>\n",
                dualpipe_version());
    return sheet_status(sheet);
}
