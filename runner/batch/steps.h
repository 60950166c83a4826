/* SPDX-License-Identifier: MIT */
/*
 * steps.h - the way of a job through its boxes: an optional compile step, what it
 * left behind, and the program itself.
 */
#ifndef BATCH_STEPS_H
#define BATCH_STEPS_H

#include "../workplace.h"
#include "job.h"

#include <stdint.h>

/* What all steps share. */
struct surroundings {
    const struct batch_options *options;
    struct workplace *workplace;
};

/* Get ready what the job's present step needs, and say it in the library's
 * words; all of it lasts as long as the job. Returns 0, or -1 and the job's error. */
int step_prepare(struct job *job, const struct surroundings *surroundings,
                 struct dualpipe_job *request);

enum step_next {
    STEP_DONE = 0, /* the job is over */
    STEP_GO_ON,    /* the next step is to be prepared */
    STEP_AGAIN,    /* the same one, not before job->due_us */
};

/* It could not be prepared: is it over, or to be tried again? */
enum step_next step_give_up(struct job *job, int64_t now_us);

/* Take a step's result. */
enum step_next step_finish(struct job *job, const struct dualpipe_result *result, int64_t now_us);

/* Remove what the job made on the host. */
void step_clean_up(struct job *job);

#endif
