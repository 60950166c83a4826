/* SPDX-License-Identifier: MIT */
/*
 * allocate.h - memory for the judge's own values, and texts made of pieces.
 *
 * The command has nothing better to do without memory than to say so and to end
 * with "could not judge": boxes die with it. Nothing here returns NULL.
 */
#ifndef RUNNER_JUDGE_ALLOCATE_H
#define RUNNER_JUDGE_ALLOCATE_H

#include <stddef.h>

void *allocate(size_t size); /* zeroed */
void *reallocate(void *memory, size_t size);
char *text_copy(const char *text); /* NULL stays NULL */
char *text_cut(const char *bytes, size_t size);
char *text_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Room for one element more at the end of an array: it doubles. */
#define GROW(array, count)                                                                         \
    ((array) = ((count) & ((count)-1)) == 0                                                        \
                   ? reallocate((array), sizeof(*(array)) * ((count) ? 2 * (count) : 1))           \
                   : (array),                                                                      \
     &(array)[(count)++])

/* A list of texts of its own. */
struct texts {
    char **items;
    size_t count;
};

void texts_add(struct texts *texts, const char *text);
void texts_take(struct texts *texts, char *text); /* owns it from now on */
void texts_add_all(struct texts *texts, const struct texts *more);
void texts_release(struct texts *texts);

/* Split at blanks, as flags of legacy packages are: quotes and backslashes as a
 * shell has them. Returns 0, or -1: a quote that is not closed. */
int texts_split(struct texts *texts, const char *text);

#endif
