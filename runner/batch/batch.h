/* SPDX-License-Identifier: MIT */
/*
 * batch.h - `dualpipe batch`: jobs in, one a line; results out, one a line.
 *
 * One thread reads, takes lines apart, hands jobs to a pool of boxes and writes
 * results; the pool's threads run them. That one waits in a single poll(2) for
 * whatever comes first: lines, results, room for output, signals. What is under
 * way is bounded in number and in bytes, so that neither a long input nor a slow
 * reader makes the process grow.
 *
 * batch.c opens what the command line names and tells what came of it; loop.c is
 * the thread's one loop; the rest are its nouns.
 */
#ifndef BATCH_BATCH_H
#define BATCH_BATCH_H

#include "../workplace.h"
#include "ids.h"
#include "lines.h"
#include "options.h"
#include "outbox.h"
#include "policies.h"
#include "pools.h"
#include "progress.h"
#include "resume.h"

#include "../doctor/pointer.h"

#include <limits.h>

enum phase {
    PHASE_READING = 0, /* jobs are taken */
    PHASE_FINISHING,   /* no more: the input is at its end, or a signal came */
    PHASE_CANCELLING,  /* what ran was ended, and is not reported */
};

struct batch {
    struct batch_options options;
    unsigned closed; /* which of the caller's standard descriptors were */
    struct output input;
    struct output output;
    int signal_fd;
    struct policies policies;
    struct workplace workplace;
    struct resume resume;
    struct ids ids;    /* of this input */
    size_t duplicates; /* ids that came again */

    struct pools pools;
    char interpreter[PATH_MAX]; /* of warm boxes, where asked for */
    enum phase phase;
    unsigned signals; /* that came */
    bool has_failed;  /* something was said that makes the exit status 2 */
    bool output_is_broken;

    struct lines lines;
    bool is_dry; /* nothing to read before poll(2) says so */
    struct outbox outbox;
    struct job *retries; /* that wait until they are due */
    size_t under_way;    /* jobs that were read, and are not written */
    size_t bytes_under_way;
    unsigned faults_in_a_row; /* of the host, so that no box came to be */
    size_t dropped;           /* cancelled, and so not reported */
    struct doctor_pointers pointers;
    struct progress progress;
};

/* Say it, and that this batch did not go well. Returns -1. */
int batch_fail(struct batch *batch, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* On CLOCK_MONOTONIC. */
int64_t batch_now_us(void);

/* From the first line to the last result. */
void batch_loop(struct batch *batch);

#endif
