/* SPDX-License-Identifier: MIT */
/*
 * box.h - the job of one run of what was built: a submission, which finds its
 * files in the working directory, or a validator, whose working directory is its
 * feedback directory.
 */
#ifndef RUNNER_JUDGE_BOX_H
#define RUNNER_JUDGE_BOX_H

#include "build.h"

#define BOX_FILES_MAX 90
#define BOX_BINDS_MAX 8
#define STDERR_KEPT 16384

/* As a validator sees them. */
#define INSIDE_INPUT "/case/input.in"
#define INSIDE_ANSWER "/case/answer.ans"
#define INSIDE_FEEDBACK "/box/"

struct box {
    struct dualpipe_job job;
    struct texts argv;
    struct dualpipe_file files[BOX_FILES_MAX];
    struct dualpipe_bind binds[BOX_BINDS_MAX];
    struct dualpipe_collect collect;
    struct texts owned;         /* paths that the job borrows */
    char *standard_error;       /* STDERR_KEPT bytes */
    char *problem;              /* why it cannot be run */
    struct dualpipe_pool *pool; /* whose box it is to be, or NULL: a new one */
};

/* Have boxes made ahead for runs of a submission that cannot write, so many at
 * once. Where that does not work, each run makes its own, as before. */
void box_open_pool(struct built *built, const struct dualpipe_limits *limits, unsigned boxes,
                   const char *cpus);

/* A box for a submission: limits, program, arguments; its working directory
 * shows what was built, or, where it may write, holds copies of it. */
void box_make_submission(struct box *box, const struct built *built, bool may_write,
                         const struct texts *arguments, const struct dualpipe_limits *limits);

/* A box for a validator, with its directory shown at /validator. One with a script
 * "run" of its own starts there, as it does everywhere: the script calls what lies
 * beside it. Any other starts in /box. */
void box_make_validator(struct box *box, const struct built *built, const struct texts *arguments,
                        const struct dualpipe_limits *limits);

/* Let a validator start where what was built of a submission is to be seen, as
 * 2025-09 has it, but for scripts. Its feedback stays apart. */
void box_show_submission(struct box *box, const struct built *built);

/* Show a file of the host inside, read-only, by descriptor. */
void box_show(struct box *box, int fd, const char *inside);

/* Put a copy of all regular files of a directory of ours into the working
 * directory. Returns 0, or -1 and box->problem. */
int box_copy_directory(struct box *box, const char *directory);

/* Put a copy of what a descriptor reads into the working directory. */
void box_copy_file(struct box *box, int fd, const char *name);

/* What it wrote to standard error, cut to fit; the caller's to free, or NULL. */
char *box_standard_error(const struct box *box, const struct dualpipe_result *result);

/* Run a job, in a pool or, without one, in a box of its own; again, up to three times in
 * all, where the host could not begin it and may a moment later. Returns 0: there is a
 * verdict; or -1, and result->error says why there is none. */
int box_run_job(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                struct dualpipe_result *result);

/* Did a run that failed so fail after its target had begun? */
bool box_had_begun(const struct dualpipe_error *error);

/* Run it so. Returns 0, or -1 and *why, the caller's to free; then result->error says it
 * too. */
int box_run(struct box *box, struct dualpipe_result *result, char **why);

void box_release(struct box *box);

#endif
