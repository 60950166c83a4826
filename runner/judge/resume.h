/* SPDX-License-Identifier: MIT */
/* resume.h - what was graded already, as JSON Lines that grow by one for each. */
#ifndef RUNNER_JUDGE_RESUME_H
#define RUNNER_JUDGE_RESUME_H

#include "judgement.h"

#include <jansson.h>

struct resume {
    const char *path; /* NULL: nothing is kept */
    int fd;
    json_t *lines; /* by the submission's name */
};

/* Read what there is, and be ready to add. A last line that was cut short is
 * dropped. Returns 0, or -1 after it said why not. */
int resume_open(struct resume *resume, const char *path);

/* Was it graded already? Then what is needed of it for reports is put into
 * *submission. */
bool resume_take(const struct resume *resume, const char *name,
                 struct judge_submission *submission);

/* Keep one. Returns 0, or -1 after it said why not. */
int resume_add(const struct resume *resume, const struct judgement *judgement,
               const struct judge_submission *submission);
void resume_close(struct resume *resume);

#endif
