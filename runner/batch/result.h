/* SPDX-License-Identifier: MIT */
/* result.h - a job that is over, as a line of JSON. */
#ifndef BATCH_RESULT_H
#define BATCH_RESULT_H

#include "job.h"

/* What the job came to. */
enum outcome {
    OUTCOME_NO_JOB = 0, /* the line was none */
    OUTCOME_FAULT,      /* no verdict could be reached */
    OUTCOME_CANCELLED,
    OUTCOME_COMPILE_ERROR,
    OUTCOME_VERDICT, /* about the target, see .run.result.verdict */
};

enum outcome job_outcome(const struct job *job);

/* "compile-error", or the verdict's name. */
const char *job_verdict_name(const struct job *job);

/* Was the output what was expected? -1: nothing was, or nobody can say. */
int job_accepted(const struct job *job);

/* The line, with its newline, to be freed. Returns NULL where there is no memory
 * for it. Once for each job, as captures are finished by it. */
char *result_line(struct job *job, size_t *length);

#endif
