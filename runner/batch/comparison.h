/* SPDX-License-Identifier: MIT */
/*
 * comparison.h - an output held against what was expected, as it comes.
 *
 * Nothing of the output is kept, so its length does not matter.
 */
#ifndef BATCH_COMPARISON_H
#define BATCH_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>

enum compare {
    COMPARE_EXACT = 0, /* byte for byte */
    COMPARE_LINES,     /* but for white space at the ends of lines, and empty lines at the end */
    COMPARE_TOKENS,    /* the same words in the same order, whatever white space is between them */
};

struct comparison {
    enum compare how;
    char *expected; /* without what does not count */
    size_t size;
    size_t met; /* so many bytes of that have come */
    bool differs;
    bool in_token;        /* tokens: the last byte belongs to one */
    size_t pending_lines; /* lines: newlines, which count if more comes than space */
    size_t pending_space; /* white space behind the last of them, likewise */
    bool space_differs;   /* from what is expected there */
};

/* Take a copy of what is expected. Returns 0, or -1: no memory. */
int comparison_init(struct comparison *comparison, enum compare how, const char *expected,
                    size_t size);
void comparison_release(struct comparison *comparison);

/* Begin again, for another attempt. */
void comparison_restart(struct comparison *comparison);

void comparison_add(struct comparison *comparison, const void *bytes, size_t size);

/* The output has ended: was it what was expected? */
bool comparison_holds(const struct comparison *comparison);

#endif
