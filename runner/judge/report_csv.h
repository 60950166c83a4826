/* SPDX-License-Identifier: MIT */
/* report_csv.h - a judgement for a spreadsheet: one row for each submission. */
#ifndef RUNNER_JUDGE_REPORT_CSV_H
#define RUNNER_JUDGE_REPORT_CSV_H

#include "judgement.h"
#include "sheet.h"

/*
 * CSV as RFC 4180 has it, UTF-8, with a line of headings. first names what a
 * row is about: "student", "submission".
 *
 * Returns 0. Errors to expect: -ENOMEM.
 */
int report_csv(const struct judgement *judgement, const char *first, struct sheet *sheet);

#endif
