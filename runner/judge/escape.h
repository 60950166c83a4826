/* SPDX-License-Identifier: MIT */
/*
 * escape.h - hostile text, made harmless for where it is written. What may not
 * be shown as it is (controls, marks that turn a line round, bytes that are not
 * UTF-8) is written as \xNN, byte by byte.
 */
#ifndef RUNNER_JUDGE_ESCAPE_H
#define RUNNER_JUDGE_ESCAPE_H

#include "sheet.h"

/* On one line of a terminal; no wider than columns, with "..." where it was
 * cut. NULL is nothing. Returns the columns that were used. */
size_t escape_line(struct sheet *sheet, const char *text, size_t columns);

/* The same, but what was cut is missing in front: of a path, the end says more. */
size_t escape_path(struct sheet *sheet, const char *text, size_t columns);

/* As what stands between tags, or in an attribute in double quotes, of HTML or
 * XML. Newlines and tabs stay as they are. NULL is nothing. */
void escape_markup(struct sheet *sheet, const char *text);
void escape_markup_bytes(struct sheet *sheet, const char *bytes, size_t size);

/* One field of CSV (RFC 4180), in quotes where it needs them. A text that a
 * spreadsheet would take for a formula gets an apostrophe before it. */
void escape_csv(struct sheet *sheet, const char *text);

#endif
