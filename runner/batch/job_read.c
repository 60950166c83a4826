/* SPDX-License-Identifier: MIT */
/* job_read.c - a line of JSON becomes a job. */
#include "job_values.h"
#include "suggestion.h"

#include "../program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_OF_JSON 2 /* a line's own bytes, and its strings taken apart */
/* Any value is read, so that what is no object is called so. */
#define READING_FLAGS (JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF" /* of UTF-8, as some editors begin a file */

struct key {
    const char *name;
    value_reader *read;
    bool in_compile; /* is it a key of the compile step, too? */
};

static value_reader read_compile;

static const struct key keys[] = {
    {"id", read_id, false},
    {"argv", read_argv, true},
    {"time", read_limit, true},
    {"wall", read_limit, true},
    {"idle", read_limit, true},
    {"memory", read_limit, true},
    {"output", read_limit, true},
    {"file_size", read_limit, true},
    {"stack", read_limit, true},
    {"open_files", read_limit, true},
    {"processes", read_limit, true},
    {"disk", read_limit, true},
    {"policy", read_policy, true},
    {"env", read_env, true},
    {"on_refusal", read_on_refusal, true},
    {"cpus", read_cpus, true},
    {"stderr_to_stdout", read_stderr_to_stdout, true},
    {"warm", read_warm, false},
    {"stdin", read_input, false},
    {"stdin_base64", read_input_base64, false},
    {"stdin_file", read_input_file, false},
    {"files", read_files, false},
    {"collect", read_collect, false},
    {"compile", read_compile, false},
    {"expect", read_expect, false},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static int unknown_key(struct reading *reading, const char *name)
{
    const char *known[KEY_COUNT];
    const char *near;
    bool in_compile = reading->prefix[0] != '\0';
    size_t count = 0;
    size_t i;

    for (i = 0; i < KEY_COUNT; i++) {
        if (!in_compile || keys[i].in_compile)
            known[count++] = keys[i].name;
    }
    near = suggestion(name, known, count);
    if (near)
        return wrong_value(reading, name, "there is no such key; did you mean %s?", near);
    return wrong_value(reading, name,
                       in_compile ? "there is no such key of a compile step"
                                  : "there is no such key; see 'dualpipe help batch'");
}

/* A key that is null is as good as not there. */
static int read_keys(struct reading *reading, const json_t *object)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        size_t i = 0;

        while (i < KEY_COUNT && (strcmp(keys[i].name, name) != 0 ||
                                 (reading->prefix[0] != '\0' && !keys[i].in_compile)))
            i++;
        if (i == KEY_COUNT)
            return unknown_key(reading, name);
        if (!json_is_null(value) && keys[i].read(reading, name, value) < 0)
            return -1;
    }
    return 0;
}

static int start_step(struct reading *reading, const char *policy,
                      const struct dualpipe_limits *limits)
{
    const struct run_options *options = &reading->options->run;
    struct step *step = reading->step;

    if (limits)
        step->limits = *limits;
    step->on_refusal = options->on_refusal;
    step->stderr_to_stdout = options->stderr_to_stdout;
    if (choose_policy(reading, policy) < 0)
        return -1;
    return join_env(reading, options->env, NULL);
}

/* Its limits are its policy's: those of the command line are for what is run. */
static int read_compile(struct reading *reading, const char *key, const json_t *value)
{
    struct job *job = reading->job;
    struct reading compile = *reading;

    if (!json_is_object(value))
        return wrong_value(reading, key, "it has to be an object with argv");
    job->compile = job_keep(job, calloc(1, sizeof(*job->compile)));
    if (!job->compile)
        return no_memory(reading);
    job->compile->result.size = sizeof(job->compile->result);
    job->compile->result.error.layer = -1;
    compile.step = job->compile;
    compile.prefix = "compile.";
    if (start_step(&compile, "compile", NULL) < 0 || read_keys(&compile, value) < 0)
        return -1;
    if (!job->compile->argv)
        return wrong_value(&compile, "argv", "it is missing; name the compiler");
    limits_derive_wall(&job->compile->limits);
    return 0;
}

/* What the command line says for all jobs. */
static int start_job(struct reading *reading)
{
    const struct run_options *options = &reading->options->run;
    struct job *job = reading->job;
    size_t i;

    job->may_retry = options->retry_noisy;
    job->run.warm = reading->options->warm;
    if (options->file_count > 0) {
        job->files = job_keep(job, calloc(options->file_count, sizeof(*job->files)));
        if (!job->files)
            return no_memory(reading);
        memcpy(job->files, options->files, options->file_count * sizeof(*job->files));
        job->file_count = options->file_count;
    }
    if (options->collection_count > 0) {
        job->taken = job_keep(job, calloc(options->collection_count, sizeof(*job->taken)));
        if (!job->taken)
            return no_memory(reading);
        for (i = 0; i < options->collection_count; i++)
            job->taken[job->taken_count++] =
                (struct taken){.name = options->collections[i].name, .fd = -1};
    }
    return start_step(reading, options->policy, &options->limits);
}

/* Where argv[0] is, if that can be told before anything has run: a relative path
 * with a slash names a file in the working directory. */
static int find_program(struct reading *reading, struct step *step)
{
    const char *name = step->argv[0];
    char path[PATH_MAX];
    const char *slash = strchr(name, '/');
    int status;

    if (slash && slash != name)
        return 0;
    status = program_find(name, path, sizeof(path));
    if (status == 0) {
        step->program = job_keep(reading->job, strdup(path));
        return step->program ? 0 : no_memory(reading);
    }
    (void)job_fail(reading->job, -status, name, "%s",
                   slash ? "" : "it was looked for in PATH; a file of the job is written ./NAME");
    reading->job->run.result.error.step = DUALPIPE_STEP_EXEC;
    return -1;
}

static int read_object(struct reading *reading)
{
    const struct run_options *options = &reading->options->run;
    struct job *job = reading->job;

    if (!json_is_object(job->json))
        return job_fail(job, EINVAL, "the line", "%s", "it has to be a JSON object");
    if (start_job(reading) < 0 || read_keys(reading, job->json) < 0)
        return -1;
    if (!job->run.argv)
        return wrong_value(reading, "argv", "it is missing; name the program to run");
    if (options->stdin_path && !job->input && job->input_fd < 0 &&
        choose_input_file(reading, options->stdin_path) < 0)
        return -1;
    limits_derive_wall(&job->run.limits);
    if (job->compile && find_program(reading, job->compile) < 0)
        return -1;
    return find_program(reading, &job->run);
}

static void init_captures(struct job *job, const struct batch_options *options)
{
    capture_init(&job->run.output, options->keep_bytes, true,
                 job->has_expectation ? &job->comparison : NULL);
    capture_init(&job->run.errors, options->keep_bytes, false, NULL);
    if (job->compile) {
        capture_init(&job->compile->output, options->keep_bytes, false, NULL);
        capture_init(&job->compile->errors, options->keep_bytes, false, NULL);
    }
}

/* Even a job that is wrong otherwise keeps its name, where it has one. */
static void name_job(struct job *job)
{
    const json_t *id = json_object_get(job->json, "id");

    if (job->has_error && json_is_string(id)) {
        job->id = json_string_value(id);
        job->id_size = json_string_length(id);
    }
}

void job_read(struct job *job, const char *text, size_t size, const struct batch_options *options,
              struct policies *policies)
{
    struct reading reading = {
        .job = job,
        .step = &job->run,
        .options = options,
        .policies = policies,
        .prefix = "",
    };
    json_error_t wrong;

    job->bytes = MEMORY_OF_JSON * size;
    if (size >= strlen(BYTE_ORDER_MARK) &&
        memcmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
        text += strlen(BYTE_ORDER_MARK);
        size -= strlen(BYTE_ORDER_MARK);
    }
    job->json = json_loadb(text, size, READING_FLAGS, &wrong);
    if (!job->json) {
        (void)job_fail(job, EINVAL, "the line", "it is no JSON: %s (column %d)", wrong.text,
                       wrong.column);
        return;
    }
    (void)read_object(&reading);
    job->is_compiling = job->compile != NULL;
    name_job(job);
    init_captures(job, options);
}
