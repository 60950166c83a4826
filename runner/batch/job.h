/* SPDX-License-Identifier: MIT */
/* job.h - one line of a batch, taken apart and checked. */
#ifndef BATCH_JOB_H
#define BATCH_JOB_H

#include "capture.h"
#include "comparison.h"
#include "dualpipe.h"
#include "options.h"
#include "policies.h"
#include "tree.h"

#include <jansson.h>

/* What is run: the program itself, or what compiles it. */
struct step {
    const char **argv; /* NULL-terminated */
    char *program;     /* where argv[0] is on the host; NULL: not yet known */
    const struct dualpipe_policy *policy;
    struct dualpipe_limits limits;
    const char **env; /* NULL-terminated */
    enum dualpipe_on_refusal on_refusal;
    const char *cpus;
    bool stderr_to_stdout;
    bool warm; /* by a fork of an interpreter, where it can be */

    struct capture output;
    struct capture errors;
    struct dualpipe_result result; /* with its .error */
    unsigned attempts;
};

/* A file to take out of the box, by way of memory. */
struct taken {
    const char *name;
    int fd; /* of memory, or -1 */
    int error;
    int64_t size;
};

struct job {
    struct job *next;  /* in whichever list it is */
    struct job *retry; /* the next one that waits to be tried again */
    size_t line;       /* its number, from 1 on */
    size_t bytes;      /* that its line and what belongs to it take up, about */
    json_t *json;      /* what the line says; most texts below are in there */
    const char *id;    /* NULL: the line's number */
    size_t id_size;
    uint64_t repeat; /* which one of that id it is, from 1 on; 0: not known */

    struct step run;
    struct step *compile; /* or NULL */
    bool is_compiling;
    bool compile_failed; /* it was the target's fault; .compile_reason in words */
    char compile_reason[256];

    struct dualpipe_file *files;
    size_t file_count;
    struct taken *taken;
    size_t taken_count;
    struct dualpipe_collect *collects; /* of taken, for the library */

    const void *input; /* of .input_size bytes, or: */
    size_t input_size;
    int input_fd; /* or -1 */

    bool has_expectation;
    struct comparison comparison;

    char *directory; /* of the host, for what the job makes there, or NULL */
    char **owned;    /* memory that was made for it */
    size_t owned_count;
    struct tree *tree; /* what the compile step left, or NULL */
    bool has_error;    /* run.result.error says what is wrong with the line, or went wrong */
    bool may_retry;    /* --retry-noisy */
    int64_t due_us;    /* when it may be tried again */
    char *text;        /* its result, as a line, to be freed */
    size_t text_size;
    bool is_done; /* .text is to be written, when it is its turn */
};

/* A job of nothing yet. Returns NULL where there is no memory. */
struct job *job_make(size_t line);
void job_free(struct job *job);

/* Free all but its result's line. */
void job_shrink(struct job *job);

/* Keep memory until the job is freed; NULL stays NULL. On failure the memory is
 * freed and NULL returned. */
void *job_keep(struct job *job, void *memory);

/* Say what is wrong with it, unless something was before: the first counts.
 * Returns -1. */
int job_fail(struct job *job, int errnum, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Read a line. The options say where each job starts from, the policies where
 * they are loaded. What is wrong with the line is the job's error.
 */
void job_read(struct job *job, const char *text, size_t size, const struct batch_options *options,
              struct policies *policies);

/* The step that is to be run now. */
struct step *job_step(struct job *job);

#endif
