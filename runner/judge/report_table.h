/* SPDX-License-Identifier: MIT */
/* report_table.h - a judgement as tables of text, for a terminal. */
#ifndef RUNNER_JUDGE_REPORT_TABLE_H
#define RUNNER_JUDGE_REPORT_TABLE_H

#include "judgement.h"
#include "sheet.h"
#include "style.h"

/*
 * Write the problem, the cases of each submission, and how it ended. Where
 * there are several submissions, their cases are left out unless with_cases
 * says otherwise, and a table of them all follows.
 *
 * Returns 0. Errors to expect: -ENOMEM.
 */
int report_table(const struct judgement *judgement, const struct style *style, bool with_cases,
                 struct sheet *sheet);

#endif
