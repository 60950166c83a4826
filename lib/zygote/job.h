/* SPDX-License-Identifier: MIT */
/* job.h - what a fork of the interpreter does: one job, from its words to its end. */
#ifndef DP_ZYGOTE_JOB_H
#define DP_ZYGOTE_JOB_H

#include "python.h"

#include "../sheet.h"

/* What job.py defines, looked up ahead; all interpreters have one of these. */
struct job_parts {
    const struct python *python;
    struct python_object *names; /* of job.py */
};

/* Run job.py in the interpreter, which is as all jobs shall find it. Returns 0, or -1
 * with Python's exception set. */
int job_prepare(struct job_parts *parts, const struct python *python);

/* In a new fork, before its gate. Returns 0, or -1 with Python's exception set. */
int job_settle(const struct job_parts *parts);

__attribute__((noreturn)) void job_run(const struct job_parts *parts, const struct dp_sheet *sheet);

#endif
