/* SPDX-License-Identifier: MIT */
/* pointer.h - from what failed to what the doctor says of it. */
#ifndef RUNNER_DOCTOR_POINTER_H
#define RUNNER_DOCTOR_POINTER_H

struct dualpipe_error;

/* The name of the doctor's line about it, or NULL where the host is not to
 * blame: static text. */
const char *doctor_line(const struct dualpipe_error *error);

/* Say so on standard error, where there is such a line. */
void point_to_doctor(const struct dualpipe_error *error);

#endif
