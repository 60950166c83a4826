/* SPDX-License-Identifier: MIT */
/* time_bounds.h - the arithmetic of time limits. Pure. */
#ifndef RUNNER_JUDGE_TIME_BOUNDS_H
#define RUNNER_JUDGE_TIME_BOUNDS_H

#include <stdbool.h>

/* The smallest multiple of the resolution, and at least one, that leaves the
 * slowest accepted submission its margin: slowest_s times ac_to_time_limit. */
double time_limit_of(double slowest_s, double ac_to_time_limit, double resolution_s);

/* Does a limit leave a submission of that time the margin? */
bool time_limit_leaves(double limit_s, double slowest_s, double ac_to_time_limit);

#endif
