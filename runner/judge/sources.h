/* SPDX-License-Identifier: MIT */
/*
 * sources.h - the files that make a submission or a validator, in memory.
 *
 * A directory is read beneath its own descriptor; links that lead out of it,
 * FIFOs and devices are no sources.
 */
#ifndef RUNNER_JUDGE_SOURCES_H
#define RUNNER_JUDGE_SOURCES_H

#include "language.h"
#include "problem.h"

#define SOURCES_MAX 80
#define PROGRAM_BYTES_MAX ((int64_t)64 << 20) /* of a validator, data included */

struct source {
    char *name; /* slashes lead down */
    char *bytes;
    size_t size;
    bool is_executable;
    bool is_included; /* of the package's include/ */
};

struct sources {
    struct source *files;
    size_t count;
    int64_t bytes;
};

/* Read a file or a directory: beneath the problem where that is not NULL, else
 * of the host. Returns 0, or -1 and *error, the caller's to free. */
int sources_read(struct sources *sources, const struct problem *problem, const char *path,
                 int64_t max_bytes, char **error);

/* Add what the package includes with submissions in a language. */
int sources_include(struct sources *sources, struct problem *problem,
                    const struct language *language, char **error);

/* Put the problem's constants in. */
void sources_replace_constants(struct sources *sources, const struct problem *problem);

bool sources_have(const struct sources *sources, const char *name);
void sources_release(struct sources *sources);

#endif
