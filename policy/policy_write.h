/* SPDX-License-Identifier: MIT */
/* policy_write.h - a policy in words again: as text, as a table, for others. */
#ifndef DP_POLICY_WRITE_H
#define DP_POLICY_WRITE_H

#include "policy.h"

#include <stdio.h>

/* The conditions of a case, each with a blank before it: " fd=stdin". Those about
 * the argument `without` (-1: none) are left out. */
void dp_write_conditions(FILE *out, int number, const struct dp_alternative *alternative,
                         int without);

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
