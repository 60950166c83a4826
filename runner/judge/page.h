/* SPDX-License-Identifier: MIT */
/* page.h - parts of the page of a judgement; used by report_html.c alone. */
#ifndef RUNNER_JUDGE_PAGE_H
#define RUNNER_JUDGE_PAGE_H

#include "judgement.h"
#include "sheet.h"

/* The style sheet, and its SHA-256 as a content security policy has it:
 * judge_outputs_test.py says what it must be. */
extern const char page_style[];
extern const char page_style_sha256[];

/* Plots of CPU time and of memory over the cases, as SVG, the limit drawn in;
 * with_tips: what each bar stands for is told on it. Nothing where no case was
 * run. */
void page_plots(struct sheet *sheet, const struct judge_submission *submission,
                const struct dualpipe_limits *limits, bool with_tips);

/* What there is to say about one case beyond its row: messages, where its
 * output differs, what it wrote to standard error, the conversation. */
void page_case_details(struct sheet *sheet, const struct judge_case *one);
bool page_case_has_details(const struct judge_case *one);

/* <span class="verdict wrong-answer">wrong-answer</span> */
void page_verdict(struct sheet *sheet, enum judge_verdict verdict);

/* A heading and a text of several lines under it; nothing for no text. */
void page_text(struct sheet *sheet, const char *heading, const char *text);

#endif
