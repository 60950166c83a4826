/* SPDX-License-Identifier: MIT */
/* policy_parse.h - a text to a policy, wherever the texts come from. */
#ifndef DP_POLICY_PARSE_H
#define DP_POLICY_PARSE_H

#include "policy_text.h"

/* As dp_policy_parse(), which finds texts among the built-in ones and files. */
int dp_policy_parse_from(const struct dp_text_source *source, struct dp_policy *policy,
                         struct dp_arena **arena, const char *name, const char *text, size_t size,
                         struct dp_policy_error *error);

#endif
