/* SPDX-License-Identifier: MIT */
/* policy_cases.h - the cases of a call: in words, and compared with each other. */
#ifndef DP_POLICY_CASES_H
#define DP_POLICY_CASES_H

#include "policy.h"

#include <stdio.h>

#define DP_ERRORS 134 /* one more than the last */

/* "EPERM". */
const char *dp_error_name(int errnum);

/* The conditions of a case, each with a blank before it: " fd=stdin". Those about
 * the argument `without` (-1: none) are left out. */
void dp_write_conditions(FILE *out, int number, const struct dp_alternative *alternative,
                         int without);

const struct dp_alternative *dp_case_at(const struct dp_policy *policy, const struct dp_call *call,
                                        unsigned index);

/* Does b hold wherever a does? */
bool dp_case_is_within(const struct dp_alternative *a, const struct dp_alternative *b);

/* Is nothing left of a case once another one of the call is told? */
bool dp_case_is_told_by_another(const struct dp_policy *policy, const struct dp_call *call,
                                unsigned index);

/* From which size on is a call witnessed, and by which argument? */
bool dp_case_find_witness(const struct dp_policy *policy, const struct dp_call *call,
                          unsigned *argument, uint64_t *size);

#endif
