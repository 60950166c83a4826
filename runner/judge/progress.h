/* SPDX-License-Identifier: MIT */
/* progress.h - one line on a terminal that says how far the judge is. */
#ifndef RUNNER_JUDGE_PROGRESS_H
#define RUNNER_JUDGE_PROGRESS_H

#include "style.h"

struct progress {
    int fd;
    struct style style;
    bool is_there;      /* a line stands on the terminal */
    int64_t written_us; /* when that was */
};

/* Where it stands. */
struct progress_state {
    const char *submission;
    size_t submission_number; /* from 1 */
    size_t submission_count;
    size_t case_number; /* that were judged; 0: it is being compiled */
    size_t case_count;
    size_t accepted;
};

/* Says nothing, ever, where fd is no terminal, or where is_quiet. */
void progress_start(struct progress *progress, int fd, bool is_quiet);

/* At most ten times a second: one that comes sooner is left out. */
void progress_show(struct progress *progress, const struct progress_state *state);

/* Take the line away, before anything else is written there. */
void progress_clear(struct progress *progress);

#endif
