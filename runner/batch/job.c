/* SPDX-License-Identifier: MIT */
/* job.c - see job.h. */
#include "job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void step_init(struct step *step)
{
    *step = (struct step){.result.size = sizeof(step->result), .result.error.layer = -1};
}

static void step_release(struct step *step)
{
    capture_release(&step->output);
    capture_release(&step->errors);
}

struct job *job_make(size_t line)
{
    struct job *job = calloc(1, sizeof(*job));

    if (!job)
        return NULL;
    job->line = line;
    job->input_fd = -1;
    step_init(&job->run);
    return job;
}

void job_shrink(struct job *job)
{
    size_t i;

    for (i = 0; i < job->taken_count; i++) {
        if (job->taken[i].fd >= 0)
            (void)close(job->taken[i].fd);
    }
    job->taken_count = 0;
    if (job->input_fd >= 0)
        (void)close(job->input_fd);
    job->input_fd = -1;
    step_release(&job->run);
    if (job->compile)
        step_release(job->compile);
    job->compile = NULL;
    comparison_release(&job->comparison);
    tree_free(job->tree);
    job->tree = NULL;
    while (job->owned_count > 0)
        free(job->owned[--job->owned_count]);
    json_decref(job->json);
    job->json = NULL;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    job_shrink(job);
    free(job->owned);
    free(job->text);
    free(job);
}

void *job_keep(struct job *job, void *memory)
{
    char **owned;

    if (!memory)
        return NULL;
    owned = realloc(job->owned, (job->owned_count + 1) * sizeof(*owned));
    if (!owned) {
        free(memory);
        return NULL;
    }
    job->owned = owned;
    owned[job->owned_count++] = memory;
    return memory;
}

int job_fail(struct job *job, int errnum, const char *subject, const char *format, ...)
{
    struct dualpipe_error *error = &job->run.result.error;
    va_list arguments;

    if (job->has_error)
        return -1;
    job->has_error = true;
    *error = (struct dualpipe_error){.step = DUALPIPE_STEP_READ_JOB, .errnum = errnum, .layer = -1};
    (void)snprintf(error->subject, sizeof(error->subject), "%s", subject);
    va_start(arguments, format);
    (void)vsnprintf(error->advice, sizeof(error->advice), format, arguments);
    va_end(arguments);
    return -1;
}

struct step *job_step(struct job *job)
{
    return job->is_compiling ? job->compile : &job->run;
}
