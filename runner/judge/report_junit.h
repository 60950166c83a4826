/* SPDX-License-Identifier: MIT */
/* report_junit.h - a judgement as the XML of JUnit, which CI systems read. */
#ifndef RUNNER_JUDGE_REPORT_JUNIT_H
#define RUNNER_JUDGE_REPORT_JUNIT_H

#include "judgement.h"
#include "sheet.h"

/*
 * One test suite for each submission, one test for each of its cases. A verdict
 * that is not "accepted" is a failure, "judge-error" an error. A submission of
 * which the package says how it must end is one test: whether it did.
 *
 * Returns 0. Errors to expect: -ENOMEM.
 */
int report_junit(const struct judgement *judgement, struct sheet *sheet);

#endif
