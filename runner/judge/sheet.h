/* SPDX-License-Identifier: MIT */
/* sheet.h - a text that is written bit by bit, and grows as it must. */
#ifndef RUNNER_JUDGE_SHEET_H
#define RUNNER_JUDGE_SHEET_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed, it is empty. */
struct sheet {
    char *text; /* NUL-terminated; NULL while nothing was written */
    size_t length;
    size_t room;
    bool has_failed; /* for want of memory: what it holds is not whole */
};

void sheet_add(struct sheet *sheet, const char *text);
void sheet_add_bytes(struct sheet *sheet, const char *bytes, size_t size);
void sheet_print(struct sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns 0, or -ENOMEM where the sheet is not whole. */
int sheet_status(const struct sheet *sheet);

void sheet_release(struct sheet *sheet);

#endif
