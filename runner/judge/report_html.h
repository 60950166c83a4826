/* SPDX-License-Identifier: MIT */
/* report_html.h - a judgement as one page that needs nothing but a browser. */
#ifndef RUNNER_JUDGE_REPORT_HTML_H
#define RUNNER_JUDGE_REPORT_HTML_H

#include "judgement.h"
#include "sheet.h"

/*
 * HTML with its style and its plots in it. It loads nothing and holds no
 * script; its content security policy forbids both, should an escape fail.
 *
 * Returns 0. Errors to expect: -ENOMEM.
 */
int report_html(const struct judgement *judgement, struct sheet *sheet);

#endif
