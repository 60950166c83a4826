/* SPDX-License-Identifier: MIT */
/* policy_write.h - a policy in words again: as text, as a table, for others. */
#ifndef DP_POLICY_WRITE_H
#define DP_POLICY_WRITE_H

#include "policy.h"

#include <stdio.h>

/* A line of the view. */
void dp_write_view(FILE *out, const struct dp_view *view, bool is_optional);

/* One limit, as a text has it. A stack of 0 is as large as the memory. */
struct dp_written_limit {
    const char *name;
    const char *unit; /* "us", or "" for bytes and counts */
    int64_t value;
};

#define DP_WRITTEN_LIMITS 10

void dp_write_limit_list(struct dp_written_limit limits[DP_WRITTEN_LIMITS],
                         const struct dualpipe_limits *from);
void dp_write_limit(FILE *out, const struct dp_written_limit *limit);

/* The whole policy in its own language, with nothing used from elsewhere: it
 * parses to the same rules. */
void dp_write_expanded(FILE *out, const struct dp_policy *policy);

/* Every call there is, its cases and its answers; then the hashes. */
void dp_write_table(FILE *out, const struct dp_policy *policy, const struct dp_filter *filter);

/* The seccomp JSON of container engines. */
void dp_write_oci(FILE *out, const struct dp_policy *policy);

/* What b allows that a does not; nothing where that is nothing. */
void dp_write_difference(FILE *out, const struct dp_policy *a, const struct dp_policy *b);

#endif
