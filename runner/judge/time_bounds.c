/* SPDX-License-Identifier: MIT */
/* time_bounds.c - see time_bounds.h. */
#include "time_bounds.h"

#include <math.h>

#define GRAIN 1e-9 /* 2.0000000001 seconds are two */

double time_limit_of(double slowest_s, double ac_to_time_limit, double resolution_s)
{
    const double steps = ceil(slowest_s * ac_to_time_limit / resolution_s - GRAIN);

    return (steps < 1 ? 1 : steps) * resolution_s;
}

bool time_limit_leaves(double limit_s, double slowest_s, double ac_to_time_limit)
{
    return slowest_s * ac_to_time_limit <= limit_s + GRAIN;
}
