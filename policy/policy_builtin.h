/* SPDX-License-Identifier: MIT */
/* policy_builtin.h - what policy_build.c writes into builtin.c, beside the
 * policies that policy.h declares. */
#ifndef DP_POLICY_BUILTIN_H
#define DP_POLICY_BUILTIN_H

#include <stddef.h>

/* The text of groups.policy. */
extern const char dp_builtin_groups[];
extern const size_t dp_builtin_groups_size;

#endif
