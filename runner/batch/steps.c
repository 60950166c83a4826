/* SPDX-License-Identifier: MIT */
/* steps.c - see steps.h. */
#include "steps.h"

#include "../retry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail_at(struct job *job, enum dualpipe_step step, int errnum, const char *subject,
                   const char *advice)
{
    (void)job_fail(job, errnum, subject, "%s", advice);
    job->run.result.error.step = step;
    job->run.result.error.retryable = errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE ||
                                      errnum == ENOSPC || errnum == EDQUOT || errnum == EIO;
    return -1;
}

static const char *without_dot(const char *name)
{
    while (strncmp(name, "./", 2) == 0) {
        name += 2;
        name += strspn(name, "/");
    }
    return name;
}

static int make_directory(struct job *job, struct workplace *workplace)
{
    char name[32];

    if (job->directory)
        return 0;
    (void)snprintf(name, sizeof(name), "%zu", job->line);
    job->directory = job_keep(job, workplace_make(workplace, name));
    if (job->directory)
        return 0;
    return fail_at(job, DUALPIPE_STEP_COPY_FILE, errno, "TMPDIR",
                   "the job needs a directory there; name one with room that you may write to");
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            data += written;
            size -= (size_t)written;
        }
    }
    return 0;
}

/* A program that came in the line has to be a file to be executed. Returns its
 * path or NULL. */
static char *write_program(struct job *job, const struct dualpipe_file *file)
{
    const char *slash = strrchr(file->name, '/');
    char *path;
    int fd;
    bool is_written;

    if (asprintf(&path, "%s/program", job->directory) < 0)
        return NULL;
    (void)mkdir(path, 0700); /* apart from what a compile step leaves */
    free(path);
    if (asprintf(&path, "%s/program/%s", job->directory, slash ? slash + 1 : file->name) < 0)
        return NULL;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0700);
    is_written = fd >= 0 && write_all(fd, file->data, file->size) == 0;
    if (fd >= 0 && close(fd) < 0)
        is_written = false;
    if (is_written)
        return job_keep(job, path);
    free(path);
    return NULL;
}

/* argv[0] names a file of the working directory: find it on the host. */
static int place_program(struct job *job, struct step *step, struct workplace *workplace)
{
    const char *name = without_dot(step->argv[0]);
    const struct dualpipe_file *file = NULL;
    size_t i;

    for (i = 0; i < job->file_count; i++) {
        if (strcmp(job->files[i].name, name) == 0)
            file = &job->files[i];
    }
    if (!file)
        return fail_at(job, DUALPIPE_STEP_EXEC, ENOENT, step->argv[0],
                       job->compile && !job->is_compiling
                           ? "the compile step left no such file in the working directory"
                           : "a relative path is one of the job's files; add it to files, or "
                             "name a program of the host by its whole path");
    if (file->host) {
        step->program = job_keep(job, strdup(file->host));
    } else {
        if (make_directory(job, workplace) < 0)
            return -1;
        step->program = write_program(job, file);
    }
    return step->program ? 0 : fail_at(job, DUALPIPE_STEP_COPY_FILE, errno, step->argv[0], "");
}

/* Files come home by way of memory, so that nothing of them lies anywhere. */
static int prepare_taken(struct job *job)
{
    size_t i;

    if (job->taken_count == 0)
        return 0;
    if (!job->collects)
        job->collects = job_keep(job, calloc(job->taken_count, sizeof(*job->collects)));
    if (!job->collects)
        return fail_at(job, DUALPIPE_STEP_COLLECT, ENOMEM, "", "");
    for (i = 0; i < job->taken_count; i++) {
        struct taken *taken = &job->taken[i];

        if (taken->fd >= 0)
            (void)close(taken->fd);
        taken->fd = memfd_create("dualpipe-collect", MFD_CLOEXEC);
        if (taken->fd < 0)
            return fail_at(job, DUALPIPE_STEP_COLLECT, errno, taken->name, "");
        taken->error = -ECANCELED; /* should the run not come so far */
        taken->size = 0;
        job->collects[i] = (struct dualpipe_collect){
            .name = taken->name, .fd = taken->fd, .error = &taken->error, .size = &taken->size};
    }
    return 0;
}

/* All that the compile step leaves goes into a directory of the job's own. */
static int prepare_tree(struct job *job, struct workplace *workplace)
{
    if (make_directory(job, workplace) < 0)
        return -1;
    tree_free(job->tree);
    job->tree = tree_make(job->directory);
    if (job->tree)
        return 0;
    return fail_at(job, DUALPIPE_STEP_COLLECT, errno, job->directory, "");
}

static struct dualpipe_stream to_capture(struct capture *capture)
{
    return (struct dualpipe_stream){
        .route = DUALPIPE_ROUTE_SINK, .sink = capture_add, .sink_argument = capture};
}

static struct dualpipe_stream input_of(const struct job *job)
{
    if (job->is_compiling)
        return (struct dualpipe_stream){.route = DUALPIPE_ROUTE_DISCARD};
    if (job->input_fd >= 0)
        return (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = job->input_fd};
    return (struct dualpipe_stream){.route = DUALPIPE_ROUTE_BUFFER,
                                    .buffer = (void *)job->input,
                                    .buffer_size = job->input_size};
}

static void describe(struct job *job, struct step *step, const struct surroundings *surroundings,
                     struct dualpipe_job *request)
{
    const struct run_options *options = &surroundings->options->run;

    *request = (struct dualpipe_job){
        .size = sizeof(*request),
        .argv = step->argv,
        .program = step->program,
        .env = step->env,
        .policy = step->policy,
        .limits = step->limits,
        .standard_input = input_of(job),
        .standard_output = to_capture(&step->output),
        .standard_error = to_capture(&step->errors),
        .files = job->files,
        .file_count = job->file_count,
        .binds = options->binds,
        .bind_count = options->bind_count,
        .collects = job->is_compiling ? &job->tree->collect : job->collects,
        .collect_count = job->is_compiling ? 1 : job->taken_count,
        .without = options->without,
        .require = options->require,
        .on_refusal = step->on_refusal,
        .cpus = step->cpus,
    };
    if (step->stderr_to_stdout)
        request->standard_error = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_STDOUT};
}

int step_prepare(struct job *job, const struct surroundings *surroundings,
                 struct dualpipe_job *request)
{
    struct step *step = job_step(job);

    step->attempts++;
    capture_restart(&step->output);
    capture_restart(&step->errors);
    if (!step->program && place_program(job, step, surroundings->workplace) < 0)
        return -1;
    if (job->input_fd >= 0 && lseek(job->input_fd, 0, SEEK_SET) < 0 && errno != ESPIPE)
        return fail_at(job, DUALPIPE_STEP_CONNECT_STREAMS, errno, "stdin_file", "");
    if (job->is_compiling ? prepare_tree(job, surroundings->workplace) < 0 : prepare_taken(job) < 0)
        return -1;
    describe(job, step, surroundings, request);
    return 0;
}

enum step_next step_give_up(struct job *job, int64_t now_us)
{
    const struct step *step = job_step(job);

    if (!job->run.result.error.retryable || step->attempts >= FAULT_ATTEMPTS) {
        job->run.result.attempts = step->attempts;
        return STEP_DONE;
    }
    job->has_error = false;
    job->due_us = now_us + FAULT_PAUSE_US(step->attempts);
    return STEP_AGAIN;
}

/* Is the step to be tried again? Faults of the host by and by, for what it lacks
 * may come back; a run that a busy host disturbed at once. */
static bool is_worth_another(struct job *job, const struct step *step, int64_t now_us)
{
    const struct dualpipe_result *result = &step->result;

    job->due_us = now_us;
    if (result->verdict == DUALPIPE_INTERNAL_ERROR) {
        job->due_us += FAULT_PAUSE_US(step->attempts);
        return result->error.retryable && step->attempts < FAULT_ATTEMPTS;
    }
    return job->may_retry && step->attempts < RETRY_ATTEMPTS && retry_is_due(result);
}

/* The host had no memory for what was to be kept of the output. */
static void note_lost_output(struct step *step)
{
    if (!step->output.out_of_memory && !step->errors.out_of_memory)
        return;
    step->result = (struct dualpipe_result){
        .size = sizeof(step->result),
        .error = {.step = DUALPIPE_STEP_CONNECT_STREAMS,
                  .errnum = ENOMEM,
                  .layer = -1,
                  .retryable = true,
                  .subject = "output",
                  .advice = "keep less of it: --keep-output"},
    };
}

static enum step_next fail_compile(struct job *job, const char *what, const char *why)
{
    job->compile_failed = true;
    (void)snprintf(job->compile_reason, sizeof(job->compile_reason), "the compile step: %s%s%s",
                   what, why[0] ? ": " : "", why);
    return STEP_DONE;
}

static enum step_next finish_compile(struct job *job)
{
    const struct dualpipe_result *result = &job->compile->result;
    int status;

    if (result->verdict == DUALPIPE_INTERNAL_ERROR || result->verdict == DUALPIPE_CANCELLED) {
        job->run.result.verdict = result->verdict; /* the program itself never ran */
        job->run.result.error = result->error;
        memcpy(job->run.result.reason, result->reason, sizeof(result->reason));
        return STEP_DONE;
    }
    if (result->verdict != DUALPIPE_OK)
        return fail_compile(job, dualpipe_verdict_name(result->verdict), result->reason);
    status = job->tree->error != 0 ? job->tree->error : tree_list(job->tree);
    if (status == -E2BIG || status == -EFBIG)
        return fail_compile(job, "it left more or larger files than can be taken on", "");
    if (status < 0) {
        (void)fail_at(job, DUALPIPE_STEP_COLLECT, -status, "the compile step's files", "");
        return STEP_DONE;
    }
    job->files = job->tree->files;
    job->file_count = job->tree->file_count;
    job->is_compiling = false;
    return STEP_GO_ON;
}

enum step_next step_finish(struct job *job, const struct dualpipe_result *result, int64_t now_us)
{
    struct step *step = job_step(job);

    step->result = *result;
    note_lost_output(step);
    if (is_worth_another(job, step, now_us))
        return STEP_AGAIN;
    step->result.attempts = step->attempts;
    return job->is_compiling ? finish_compile(job) : STEP_DONE;
}

void step_clean_up(struct job *job)
{
    if (job->directory)
        directory_remove(job->directory);
}
