/* SPDX-License-Identifier: MIT */
/* groups.h - what is measured, a function for each question. Each adds its
 * tables to bench->results, and returns 0 or a negative errno value. */
#ifndef BENCH_GROUPS_H
#define BENCH_GROUPS_H

#include "dualpipe.h"
#include "measure.h"

/* What one run of a program costs: of four programs, by everyone. */
int measure_start(struct bench *bench);
/* What the command costs before it makes a box. */
int measure_parts(struct bench *bench);
/* The latency of a run now and then: 20 and 100 of them a second. */
int measure_paced(struct bench *bench);
/* Run after run on one CPU, with all that is prepared or cleaned up meanwhile. */
int measure_one_core(struct bench *bench);
/* A Python program with imports, by forks of a warm interpreter. */
int measure_warm(struct bench *bench);
/* Runs a second on one CPU, and on two. */
int measure_cores(struct bench *bench);
/* What a host of 1 GiB pays for a run. */
int measure_hosts(struct bench *bench);
/* How many times a second a byte goes to the target and back. */
int measure_round_trips(struct bench *bench);
/* How fast a target's output arrives. */
int measure_output(struct bench *bench);
/* What a filter costs a program that reads and writes (filter_bench). */
int measure_filters(struct bench *bench);
/* How late limits are (limits_bench). */
int measure_limits(struct bench *bench);
/* Twenty thousand runs: do they stay as fast, and leave nothing behind? */
int measure_soak(struct bench *bench);

#endif /* BENCH_GROUPS_H */
