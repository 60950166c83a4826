/* SPDX-License-Identifier: MIT */
/*
 * zygote.h - the host's side of an interpreter that is a box's spawner; the other
 * side is told in child/zygote.h.
 */
#ifndef DP_HOST_ZYGOTE_H
#define DP_HOST_ZYGOTE_H

#include "warm.h"

/* How the interpreter is started: it becomes the target of what all jobs have in
 * common. */
int dp_zygote_describe(struct dp_warm *warm, const struct dp_warm_plan *plan,
                       struct dualpipe_error *error);

/* A log of bounded size, as its three streams. Without an interpreter, none. */
int dp_zygote_open_log(struct dp_warm *warm, int streams[3], struct dualpipe_error *error);

/* It is ready: can it be forked as it is? */
int dp_zygote_check(const struct dp_warm *warm, struct dualpipe_error *error);

/* It did not become ready: add its last words to the error. */
void dp_zygote_tell(const struct dp_warm *warm, struct dualpipe_error *error);

/* Can this job be one of a fork? NULL: it can; else why not, as static text. */
const char *dp_zygote_why_not(const struct dp_interpreter *interpreter,
                              const struct dp_policy *policy, const struct dualpipe_job *job);

/* Are the hashes of its texts the same in each run anyhow, or would they be the
 * same only for the jobs of one interpreter? */
bool dp_zygote_has_seed_of_its_own(const struct dp_policy *policy);

#endif
