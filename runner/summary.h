/* SPDX-License-Identifier: MIT */
/* summary.h - how a run ended, in a line or more for people. */
#ifndef RUNNER_SUMMARY_H
#define RUNNER_SUMMARY_H

#include "dualpipe.h"
#include "options.h"

/* Say how it ended; where the options ask for it, in full. Nothing where they
 * ask for quiet, or where all is well and nobody looks. */
void summary_say(const struct dualpipe_result *result, const struct run_options *options,
                 const struct dualpipe_policy *policy);

#endif
