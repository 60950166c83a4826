/* SPDX-License-Identifier: MIT */
/* job_values.h - the values of a job's keys: each says what is wrong with it. */
#ifndef BATCH_JOB_VALUES_H
#define BATCH_JOB_VALUES_H

#include "job.h"

/* A job that is being read. */
struct reading {
    struct job *job;
    struct step *step; /* that the keys belong to */
    const struct batch_options *options;
    struct policies *policies;
    const char *prefix; /* of keys, in messages: "", "compile." */
};

/* Reads the value of one key. Returns 0, or -1 and the job's error. */
typedef int value_reader(struct reading *reading, const char *key, const json_t *value);

value_reader read_id, read_argv, read_limit, read_policy, read_env, read_on_refusal, read_cpus,
    read_stderr_to_stdout, read_warm;
value_reader read_input, read_input_base64, read_input_file, read_files, read_collect, read_expect;

/* What is chosen where no key says so, as if one had. Return 0 or -1. */
int choose_policy(struct reading *reading, const char *name);
int choose_input_file(struct reading *reading, const char *path);

/* The value is wrong: says what would be right. Returns -1. */
int wrong_value(struct reading *reading, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A string without a NUL, or NULL and the error. */
const char *text_of(struct reading *reading, const char *key, const json_t *value);

/* There is no memory for the job. Returns -1. */
int no_memory(struct reading *reading);

/* Put together the environment from two lists; either may be NULL, and of two
 * entries for one name the second list's counts. Returns 0 or -1. */
int join_env(struct reading *reading, const char **first, const char **second);

#endif
