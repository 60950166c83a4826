/* SPDX-License-Identifier: MIT */
/* error.h - one line for each failure: what was done, why it failed, to what. */
#ifndef DP_ERROR_H
#define DP_ERROR_H

#include "dualpipe.h"

/* Capture a failure; errnum is a positive errno value, subject may be NULL.
 * Returns -errnum. */
int dp_fail(struct dualpipe_error *error, enum dualpipe_step step, int errnum, const char *subject);

/* Say which layer it was about, and what is to be done for it. Returns what dp_fail() did. */
int dp_fail_layer(struct dualpipe_error *error, enum dualpipe_step step, int errnum,
                  enum dualpipe_layer layer, const char *subject);

/* What can be done about it; printf-like. Keeps what is there if it is more. */
__attribute__((format(printf, 2, 3))) void dp_advise(struct dualpipe_error *error,
                                                     const char *format, ...);

/* Copy an error to a caller's struct, which may be smaller, or NULL. */
void dp_error_give(struct dualpipe_error *to, const struct dualpipe_error *from);

/* The host had nothing left of it: no layer is at fault, and none to be given up. */
bool dp_is_shortage(int errnum);

#endif
