/* SPDX-License-Identifier: MIT */
/* words.h - what the command says on standard error, made safe to look at. */
#ifndef RUNNER_WORDS_H
#define RUNNER_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct dualpipe_error;

/*
 * Print "dualpipe: ", the text and a newline, in one write. Control characters
 * (a name may be hostile, and a terminal obeys them) and bytes that are not
 * UTF-8 are shown as \xNN.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a text of several lines, as of a compiler: each is said for itself. */
void say_lines(const char *text);

/* Copy text as a shell would have to be given it; cut to fit. Returns quoted. */
char *shell_quote(const char *text, char *quoted, size_t size);

/* "1.204 s", "12 ms", "unlimited", "unknown" (for 0). Returns text. */
char *time_in_words(int64_t us, char *text, size_t size);

/* "1.5 MiB", "64 KiB", "17 bytes", likewise. */
char *size_in_words(int64_t bytes, char *text, size_t size);

/* The last part of a path; what comes behind its last slash. */
const char *base_name(const char *path);

#endif
