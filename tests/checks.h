/* SPDX-License-Identifier: MIT */
/* checks.h - what the tests on real boxes share: programs, policies, and the
 * check that nothing is left behind. */
#ifndef CHECKS_H
#define CHECKS_H

#include "dualpipe.h"

#define PROGRAM(name) DUALPIPE_TEST_PROGRAMS "/" name
#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

/* So long may anything take that is not meant to: only a hang meets it. */
#define LONG_US DUALPIPE_SECONDS(60)

/* For every suite on boxes: take note of the process' state, and compare at the
 * end: descriptors, threads, children, mounts. A difference fails the test. */
void checks_begin(void);
void checks_end(void);

/* "native", loaded once for each test and freed by checks_end(). */
const struct dualpipe_policy *native_policy(void);

/* Open, or fail the test with the error's words. The strict limits are short, so
 * that no mistake in a test lasts. */
struct dualpipe *open_job(const struct dualpipe_job *job);
struct dualpipe *open_program(const char *const *argv);
struct dualpipe *open_function(dualpipe_function *function, void *argument);

/* Close, and fail the test unless a verdict came and is this one. */
struct dualpipe_result close_as(struct dualpipe *pipe, enum dualpipe_verdict verdict);

/* Run, or fail the test with the error's words. */
struct dualpipe_result run_job(const struct dualpipe_job *job);

/* Read to the end of the output, or fail. Returns the count. */
size_t read_all(struct dualpipe *pipe, char *buffer, size_t size);

/* Expect exactly this line next. */
void expect_line(struct dualpipe *pipe, const char *line);

int64_t now_us(void);

#endif
