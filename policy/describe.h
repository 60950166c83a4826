/* SPDX-License-Identifier: MIT */
/* describe.h - refused system calls in words that people understand. */
#ifndef DP_DESCRIBE_H
#define DP_DESCRIBE_H

#include "policy.h"
#include "told.h"

/* "socket(domain=AF_INET, type=SOCK_STREAM, protocol=0)", cut to fit; with what the
 * target told, where told is not NULL. */
void dp_refusal_text(char *text, size_t size, const struct dualpipe_refusal *refusal,
                     const struct dp_told_list *told);

/* What it means and what can be done: "network is not part of native", cut to
 * fit. "" where there is nothing to say. */
void dp_refusal_hint(char *text, size_t size, const struct dp_policy *policy,
                     const struct dualpipe_refusal *refusal);

#endif
