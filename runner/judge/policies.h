/* SPDX-License-Identifier: MIT */
/* policies.h - policies by name, each loaded once for all boxes and threads. */
#ifndef RUNNER_JUDGE_POLICIES_H
#define RUNNER_JUDGE_POLICIES_H

#include "dualpipe.h"

/* Returns it, or NULL and *error, the caller's to free. */
const struct dualpipe_policy *policies_get(const char *name, char **error);
void policies_release(void);

#endif
