/* SPDX-License-Identifier: MIT */
/*
 * cpus.h - which CPUs a target may run on.
 *
 * "0-3,5" names them. "spread", or "spread:0-3,5", takes one of the caller's,
 * or of these, that no other run on this host has taken so: whoever runs it,
 * root or an ordinary user; claim.h says how far that holds.
 */
#ifndef DP_CPUS_H
#define DP_CPUS_H

#include "dualpipe.h"

#include <sched.h>

struct dp_cpus {
    bool is_set; /* else the caller's CPUs, untouched */
    cpu_set_t set;
    int claim_fd; /* holds the one that was claimed, or -1 */
};

void dp_cpus_init(struct dp_cpus *cpus);

/* text as in struct dualpipe_job; NULL is allowed. On failure nothing is held. */
int dp_cpus_choose(struct dp_cpus *cpus, const char *text, struct dualpipe_error *error);
void dp_cpus_release(struct dp_cpus *cpus);

/* Read a list into a set. Returns 0, or -EINVAL and where it went wrong. */
int dp_cpus_parse(cpu_set_t *set, const char *text, const char **wrong);

#endif
