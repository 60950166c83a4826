/* SPDX-License-Identifier: MIT */
/*
 * retry.h - what is tried again. `--retry-noisy`: a run that missed its time limit narrowly, while
 * the host was busy, is repeated, and the last attempt counts.
 *
 * A repetition has to find and leave everything as the first run did. So the
 * streams must be regular files, which are set back, or /dev/null.
 */
#ifndef RUNNER_RETRY_H
#define RUNNER_RETRY_H

#include "dualpipe.h"
#include "output.h"

#define RETRY_ATTEMPTS 3

/* Faults of the host: an honest job is not given up at the first one. What the host lacks
 * it may have again in a moment, or a longer one. */
#define FAULT_ATTEMPTS 3
#define FAULT_PAUSE_US(attempt) (DUALPIPE_MILLISECONDS(50) * (attempt) * (attempt))

/* Where a stream stood before the first attempt. */
struct start_point {
    bool is_file;
    off_t offset;
    off_t size;
};

/* Note where a stream stands. Returns NULL, or why it cannot be set back. */
const char *retry_note(struct start_point *start, const struct output *output, bool is_input);

/* Set it back. Returns 0 or a negative errno value. */
int retry_rewind(const struct start_point *start, const struct output *output, bool is_input);

/* Was it a narrow miss on a busy host? */
bool retry_is_due(const struct dualpipe_result *result);

#endif
