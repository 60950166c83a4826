/* SPDX-License-Identifier: MIT */
/* progress.h - how far a batch is, for people: a bar while it runs, and a line at
 * its end. */
#ifndef BATCH_PROGRESS_H
#define BATCH_PROGRESS_H

#include "job.h"
#include "result.h"

#include <stdint.h>

struct progress {
    bool has_bar;
    bool has_colour;
    int64_t started_us;
    int64_t drawn_us;
    bool is_drawn;

    int64_t bytes_total;   /* of the input; 0: not known */
    int64_t bytes_passed;  /* read of it */
    int64_t bytes_skipped; /* of these, jobs that were done before */

    size_t done;
    size_t skipped;
    size_t bad_lines;
    size_t faults;
    size_t compile_errors;
    size_t accepted;
    size_t judged; /* with an expected output */
    size_t verdicts[DUALPIPE_VERDICT_COUNT];
};

/* A bar is shown on standard error where that is a terminal that can. */
void progress_init(struct progress *progress, bool is_quiet, int64_t now_us);

void progress_count(struct progress *progress, const struct job *job);

/* Draw the bar anew, unless that was done just now. */
void progress_draw(struct progress *progress, int64_t now_us);

/* Take the bar away: before something is said, and at the end. */
void progress_clear(struct progress *progress);

/* Say what came of it all. */
void progress_say(const struct progress *progress, int64_t now_us);

#endif
