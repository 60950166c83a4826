/* SPDX-License-Identifier: MIT */
/* pointer.h - from what failed to what the doctor says of it. */
#ifndef RUNNER_DOCTOR_POINTER_H
#define RUNNER_DOCTOR_POINTER_H

#include <stdbool.h>
#include <stddef.h>

struct dualpipe_error;

/* The name of the doctor's line about it, or NULL where the host is not to
 * blame: static text. */
const char *doctor_line(const struct dualpipe_error *error);

/* Say so on standard error, where there is such a line. */
void point_to_doctor(const struct dualpipe_error *error);

/* The error's text as the library has it, and behind it that line. Returns text. */
const char *text_with_doctor(const struct dualpipe_error *error, char *text, size_t size);

/* Which lines one command has pointed at already: static texts. */
struct doctor_pointers {
    const char *said[16];
    size_t count;
};

/* Whether there is such a line and it has not been asked for before. */
bool is_new_to_doctor(struct doctor_pointers *pointers, const struct dualpipe_error *error);

#endif
