/* SPDX-License-Identifier: MIT */
/* box.c - see box.h. */
#include "box.h"

#include "policies.h"

#include "../doctor/pointer.h"
#include "../retry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSIDE_SUBMISSION "/submission"
#define INSIDE_PROGRAM "/validator"
#define DEPTH_MAX 16

static void note(struct box *box, char *problem)
{
    if (box->problem)
        free(problem);
    else
        box->problem = problem;
}

static void bind(struct box *box, const char *host, const char *inside)
{
    struct dualpipe_job *job = &box->job;

    if (job->bind_count == BOX_BINDS_MAX) {
        note(box, text_copy("more paths to be shown than a box takes"));
        return;
    }
    texts_add(&box->owned, host);
    box->binds[job->bind_count++] =
        (struct dualpipe_bind){.host = box->owned.items[box->owned.count - 1], .inside = inside};
}

/* With what a language needs beyond what the problem gives. */
static struct dualpipe_limits limits_of(const struct built *built,
                                        const struct dualpipe_limits *limits)
{
    struct dualpipe_limits made = *limits;

    if (built->language && built->language->memory_extra_bytes &&
        limits->memory_bytes != DUALPIPE_UNLIMITED)
        made.memory_bytes += built->language->memory_extra_bytes;
    if (built->language && built->language->processes)
        made.processes = built->language->processes;
    return made;
}

static void make(struct box *box, const struct built *built, const char *inside,
                 const struct texts *arguments, const struct dualpipe_limits *limits)
{
    char *problem = NULL;

    *box = (struct box){.standard_error = allocate(STDERR_KEPT + 1)};
    built_command(built, inside, limits->memory_bytes, &box->argv);
    texts_add_all(&box->argv, arguments);
    texts_take(&box->argv, NULL);
    box->argv.count--; /* the end of an argv */
    box->job = (struct dualpipe_job){
        .size = sizeof(box->job),
        .argv = (const char *const *)box->argv.items,
        .policy = policies_get(built->policy, &problem),
        .limits = limits_of(built, limits),
        .binds = box->binds,
        .files = box->files,
        .standard_error = {.route = DUALPIPE_ROUTE_BUFFER,
                           .buffer = box->standard_error,
                           .buffer_size = STDERR_KEPT},
    };
    if (problem)
        note(box, problem);
}

void box_open_pool(struct built *built, const struct dualpipe_limits *limits, unsigned boxes,
                   const char *cpus)
{
    struct dualpipe_pool_options options = {
        .size = sizeof(options),
        .boxes = boxes,
        .freshness = DUALPIPE_FRESHNESS_VERIFIED,
        .limits = limits_of(built, limits),
        .cpus = cpus,
        .binds = &built->pool_binds,
        .bind_count = 1,
        .directory = INSIDE_SUBMISSION,
    };
    char *problem = NULL;
    int status;

    built->pool_binds =
        (struct dualpipe_bind){.host = built->directory, .inside = INSIDE_SUBMISSION};
    options.policy = policies_get(built->policy, &problem);
    free(problem); /* the run itself will tell */
    if (!options.policy)
        return;
    status = dualpipe_pool_open(&built->pool, &options, NULL);
    if (status == -EPERM) { /* no second user id */
        options.freshness = DUALPIPE_FRESHNESS_FRESH;
        status = dualpipe_pool_open(&built->pool, &options, NULL);
    }
    if (status < 0)
        built->pool = NULL;
}

void box_make_submission(struct box *box, const struct built *built, bool may_write,
                         const struct texts *arguments, const struct dualpipe_limits *limits)
{
    make(box, built, ".", arguments, limits);
    if (may_write) {
        (void)box_copy_directory(box, built->directory);
        return;
    }
    box->pool = built->pool;
    if (box->pool) /* its boxes show it, and start there */
        return;
    bind(box, built->directory, INSIDE_SUBMISSION);
    box->job.directory = INSIDE_SUBMISSION;
}

void box_make_validator(struct box *box, const struct built *built, const struct texts *arguments,
                        const struct dualpipe_limits *limits)
{
    make(box, built, INSIDE_PROGRAM, arguments, limits);
    bind(box, built->directory, INSIDE_PROGRAM);
    if (!built->language)
        box->job.start_directory = INSIDE_PROGRAM;
}

void box_show_submission(struct box *box, const struct built *built)
{
    bind(box, built->directory, INSIDE_SUBMISSION);
    if (!box->job.start_directory)
        box->job.start_directory = INSIDE_SUBMISSION;
}

void box_show(struct box *box, int fd, const char *inside)
{
    char link[64];

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    bind(box, link, inside);
}

static void add_file(struct box *box, const char *host, const char *name)
{
    struct dualpipe_job *job = &box->job;

    if (job->file_count == BOX_FILES_MAX) {
        note(box, text_print("more than %d files for the working directory", BOX_FILES_MAX));
        return;
    }
    texts_add(&box->owned, host);
    texts_add(&box->owned, name);
    box->files[job->file_count++] = (struct dualpipe_file){
        .host = box->owned.items[box->owned.count - 2],
        .name = box->owned.items[box->owned.count - 1],
    };
}

void box_copy_file(struct box *box, int fd, const char *name)
{
    char link[64];

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    add_file(box, link, name);
}

/* A file of the same name that is copied later takes the place of the first. */
static void drop_file(struct box *box, const char *name)
{
    struct dualpipe_job *job = &box->job;

    for (size_t i = 0; i < job->file_count; i++) {
        if (strcmp(box->files[i].name, name) == 0)
            box->files[i] = box->files[--job->file_count];
    }
}

static void copy_level(struct box *box, const char *directory, const char *prefix, unsigned depth)
{
    DIR *listing = depth < DEPTH_MAX ? opendir(directory) : NULL;
    const struct dirent *entry;

    if (!listing) {
        note(box, text_print("%s cannot be copied into the box", directory));
        return;
    }
    while ((entry = readdir(listing))) {
        char *host = text_print("%s/%s", directory, entry->d_name);
        char *name = text_print("%s%s", prefix, entry->d_name);
        struct stat status;

        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            lstat(host, &status) == 0) {
            if (S_ISDIR(status.st_mode)) {
                char *inner = text_print("%s/", name);

                copy_level(box, host, inner, depth + 1);
                free(inner);
            } else if (S_ISREG(status.st_mode)) {
                drop_file(box, name);
                add_file(box, host, name);
            }
        }
        free(host);
        free(name);
    }
    (void)closedir(listing);
}

int box_copy_directory(struct box *box, const char *directory)
{
    copy_level(box, directory, "", 0);
    return box->problem ? -1 : 0;
}

char *box_standard_error(const struct box *box, const struct dualpipe_result *result)
{
    size_t size = (size_t)(result->usage.stderr_bytes < STDERR_KEPT ? result->usage.stderr_bytes
                                                                    : STDERR_KEPT);

    if (result->usage.stderr_bytes <= 0)
        return NULL;
    for (size_t i = 0; i < size; i++) {
        if (box->standard_error[i] == '\0')
            box->standard_error[i] = '?';
    }
    while (size > 0 && box->standard_error[size - 1] == '\n')
        size--;
    return text_cut(box->standard_error, size);
}

static int run_once(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                    struct dualpipe_result *result)
{
    struct dualpipe_error error = {.size = sizeof(error)};
    int status;

    *result = (struct dualpipe_result){.size = sizeof(*result)};
    status =
        pool ? dualpipe_pool_run(pool, job, result, &error) : dualpipe_run(job, result, &error);
    if (status == 0 && result->verdict != DUALPIPE_INTERNAL_ERROR)
        return 0;
    if (status == 0)
        error = result->error;
    *result = (struct dualpipe_result){.size = sizeof(*result)};
    result->error = error;
    return -1;
}

bool box_had_begun(const struct dualpipe_error *error)
{
    return error->step >= DUALPIPE_STEP_SUPERVISE;
}

/* What failed before the target ran has read and written nothing. */
int box_run_job(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                struct dualpipe_result *result)
{
    int status = run_once(pool, job, result);

    for (unsigned attempt = 1; attempt < FAULT_ATTEMPTS && status < 0 && result->error.retryable &&
                               !box_had_begun(&result->error);
         attempt++) {
        (void)usleep((useconds_t)FAULT_PAUSE_US(attempt));
        status = run_once(pool, job, result);
    }
    return status;
}

int box_run(struct box *box, struct dualpipe_result *result, char **why)
{
    char text[640];
    int status;

    if (box->problem) {
        *result = (struct dualpipe_result){.size = sizeof(*result)};
        *why = text_copy(box->problem);
        return -1;
    }
    box->job.files = box->files;
    box->job.binds = box->binds;
    status = box_run_job(box->pool, &box->job, result);
    if (status < 0)
        *why = text_copy(text_with_doctor(&result->error, text, sizeof(text)));
    return status;
}

void box_release(struct box *box)
{
    texts_release(&box->argv);
    texts_release(&box->owned);
    free(box->standard_error);
    free(box->problem);
    *box = (struct box){0};
}
