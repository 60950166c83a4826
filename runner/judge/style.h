/* SPDX-License-Identifier: MIT */
/* style.h - how text for people may look where it is written. */
#ifndef RUNNER_JUDGE_STYLE_H
#define RUNNER_JUDGE_STYLE_H

#include "judgement.h"
#include "sheet.h"

/* Zeroed, it is plain text for a file: no colours, no bound. */
struct style {
    bool is_terminal; /* one that can go back to the start of a line */
    bool has_colour;  /* NO_COLOR was not set */
    size_t columns;   /* 0: as many as it takes */
};

/* Of a descriptor. Reads TERM, NO_COLOR (https://no-color.org) and COLUMNS. */
struct style style_of(int fd);

/* Write the verdict's word, coloured where that may be, with blanks up to width. */
void style_verdict(struct sheet *sheet, const struct style *style, enum judge_verdict verdict,
                   size_t width);

#endif
