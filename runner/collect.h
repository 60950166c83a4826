/* SPDX-License-Identifier: MIT */
/* collect.h - files taken out of the box, put in place only when whole. */
#ifndef RUNNER_COLLECT_H
#define RUNNER_COLLECT_H

#include "dualpipe.h"
#include "options.h"

/*
 * Each file is first written under another name in the directory where it goes
 * and renamed at the end: a failure leaves what was there before, and a
 * symbolic link of the name is replaced, never followed.
 */
struct collector {
    struct dualpipe_collect *collects; /* for the job */
    char **temporaries;                /* the other names; NULL: none (any more) */
    int *errors;
    bool *are_executable;
    size_t count;
};

/* Make the files. Returns 0 or a negative errno value; *failed is then which
 * one it was. Either way collector_release() is due. */
int collector_start(struct collector *collector, const struct run_options *options, size_t *failed);

/* Put in place what was collected, and say what was not. Returns 0; 1, the
 * target left no such file; 2, the host is at fault. */
int collector_finish(struct collector *collector, const struct run_options *options);

/* Removes what was not put in place. */
void collector_release(struct collector *collector);

#endif
