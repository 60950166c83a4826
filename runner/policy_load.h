/* SPDX-License-Identifier: MIT */
/* policy_load.h - a policy by the name that a user gave. */
#ifndef RUNNER_POLICY_LOAD_H
#define RUNNER_POLICY_LOAD_H

#include "dualpipe.h"

/* As dualpipe_policy_load(), and where there is none of that name, the error
 * says which there are. Returns 0, or -1 and the error. */
int policy_load(struct dualpipe_policy **policy, const char *name, struct dualpipe_error *error);

#endif
