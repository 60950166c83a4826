/* SPDX-License-Identifier: MIT */
/*
 * judging.h - what holds while submissions to one problem are judged: what was
 * asked for, what was built of the package, the judgement that grows.
 */
#ifndef RUNNER_JUDGE_JUDGING_H
#define RUNNER_JUDGE_JUDGING_H

#include "box.h"
#include "build.h"
#include "judgement.h"
#include "options.h"
#include "problem.h"
#include "progress.h"

#include <pthread.h>
#include <stdatomic.h>

enum checker_kind {
    CHECK_DEFAULT = 0, /* the format's default output validator */
    CHECK_EXACT,
    CHECK_VALIDATOR, /* a program, exit 42 or 43 */
    CHECK_TESTLIB,   /* a program, exit 0, 1, 2, 3, 7 */
};

struct judging {
    const struct judge_options *options;
    struct problem problem;
    struct languages languages;
    struct dualpipe_limits limits; /* of a submission's run */
    enum checker_kind checker_kind;
    struct built *checkers;     /* output validators, checker or interactor */
    size_t checker_count;       /* legacy packages alone may have several */
    struct built extra_checker; /* testlib: after the interactor */
    bool has_extra_checker;
    struct built static_validator;
    bool has_static_validator;
    struct built grader; /* legacy's custom one */
    bool has_grader;
    bool goes_on; /* after a case that failed */
    int cancel_fd;
    struct judgement judgement;
    struct progress *progress; /* or NULL */
    size_t submission_number;  /* for it */
    size_t submission_count;
};

/* Everything but the submissions. Returns 0, or -1 and judgement.error. */
int judging_start(struct judging *judging, const struct judge_options *options, int cancel_fd);
void judging_end(struct judging *judging);

/* Build a program of the package, a validator. Returns 0, or -1 and
 * judgement.error; the first is the caller's to release. */
int judging_build_program(struct judging *judging, struct built *built, const char *path);

/* Run the package's input validators over its cases. Returns likewise. */
int judging_validate_input(struct judging *judging);

/* Do the validators accept and reject what the package's data says they do? What
 * was found is added to the judgement, a row for each directory. */
void judging_check_data(struct judging *judging);

/* Add the problem's warnings from the first given on to the judgement's. */
void judging_tell_warnings(struct judging *judging, size_t first);

/* Judge one submission: a path of the host, or an example of the package. The
 * result is put into *submission, whose texts are then its own. */
void judging_submission(struct judging *judging, const char *path, const struct example *example,
                        struct judge_submission *submission);

/* Say on the terminal how far it is; 0 cases: it is being compiled. */
void judging_show(const struct judging *judging, const struct judge_submission *submission,
                  size_t done);

/* Interrupted? */
bool judging_is_cancelled(const struct judging *judging);

/* One case of one submission: into *made, whose name and group are set. */
void case_judge(const struct judging *judging, const struct built *submission,
                const struct test *test, struct judge_case *made);

/* submit-answer: take what was handed in at a path; then nothing is built, and the
 * directory holds the answers. Returns 0, or -1 and *why. */
int answers_take(const struct judging *judging, const char *path, const struct example *example,
                 struct built *answers, char **why);
void answers_judge(const struct judging *judging, const struct built *answers,
                   const struct test *test, struct judge_case *made);

/* The steps of a case. A failure of the host's or the package's is JUDGE_ERROR. */
void case_fail(struct judge_case *made, enum judge_verdict verdict, char *reason);
void case_run_verdict(struct judge_case *made, const struct dualpipe_result *result);

/* Ask the checker about an output of a submission, or of nobody's: NULL. *feedback
 * is the directory of what it left so far, or NULL; then that of what it leaves. */
void check_output(const struct judging *judging, const struct built *submission,
                  const struct test *test, int input_fd, int output_fd, char **feedback,
                  struct judge_case *made);

/* Run a validator, whose box is ready but for what it leaves, and take its word. */
void checker_ask(const struct judging *judging, enum checker_kind kind, struct box *box,
                 char **feedback, struct judge_case *made);

/* The case of the static validator. */
void case_validate_sources(const struct judging *judging, const struct built *submission,
                           const struct test *test, struct judge_case *made);

/* Read what the validator left: messages, scores. accepted: what it said. */
void feedback_read(const struct judging *judging, const char *directory, bool accepted,
                   struct judge_case *made);

/* What the exit of a validator or of a checker means. */
void checker_verdict(const struct judging *judging, enum checker_kind kind,
                     const struct dualpipe_result *result, const char *standard_error,
                     struct judge_case *made);

/* A box of the submission for a case, its streams not set yet. */
void case_make_box(struct box *box, const struct judging *judging, const struct built *submission,
                   const struct test *test);
void case_keep_result(struct judge_case *made, const struct dualpipe_result *result);

/* Submission and interactor, joined: one pass. *feedback as of check_output(). */
void case_interact(const struct judging *judging, const struct built *submission,
                   const struct test *test, int input_fd, char **feedback, struct judge_case *made);

/* Ask a checker with files to its arguments, as testlib has them, about a file
 * that lies in the host's directory. */
void check_file(const struct judging *judging, const struct built *checker, const struct test *test,
                int input_fd, const char *path, struct judge_case *made);

/* Run the package's grader, as struct grader has it; argument is the judging. */
int grader_ask(void *argument, const struct group *group, const char *results, char **answer,
               char **why);

/* The limits of validators. */
struct dualpipe_limits checker_limits(const struct judging *judging);

#endif
