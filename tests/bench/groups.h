/* SPDX-License-Identifier: MIT */
/* groups.h - what is measured, a function for each question. */
#ifndef BENCH_GROUPS_H
#define BENCH_GROUPS_H

#include "dualpipe.h"
#include "measure.h"

/* What one run of a program that does nothing costs. */
int measure_start(struct run *run, const struct dualpipe_policy *policy);

/* How many times a second a byte goes to the target and back. The last argument
 * says what is so already, for the title. */
int measure_round_trips(struct run *run, const struct dualpipe_policy *policy, bool one_cpu);

/* How fast a target's output arrives. */
int measure_output(struct run *run, const struct dualpipe_policy *policy, bool one_cpu);

#endif /* BENCH_GROUPS_H */
