/* SPDX-License-Identifier: MIT */
/* job_files.c - what a job brings with it, takes home, and is held against. */
#include "base64.h"
#include "job_values.h"

#include "../inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FILES_MAX 64U /* the library takes some more */

/* The bytes that a base64 string stands for, kept with the job. */
static int decode(struct reading *reading, const char *key, const json_t *value, const void **bytes,
                  size_t *size)
{
    size_t length = json_string_length(value);
    unsigned char *room;
    ssize_t count;

    if (!json_is_string(value))
        return wrong_value(reading, key, "it has to be a string");
    room = job_keep(reading->job, malloc(length / 4 * 3 + 1));
    if (!room)
        return no_memory(reading);
    count = base64_decode(json_string_value(value), length, room);
    if (count < 0)
        return wrong_value(reading, key, "it is no base64 (padded, without white space)");
    *bytes = room;
    *size = (size_t)count;
    reading->job->bytes += *size;
    return 0;
}

static int check_one_input(struct reading *reading, const char *key)
{
    if (reading->job->input || reading->job->input_fd >= 0)
        return wrong_value(reading, key,
                           "only one of stdin, stdin_base64 and stdin_file can be the input");
    return 0;
}

int read_input(struct reading *reading, const char *key, const json_t *value)
{
    if (!json_is_string(value))
        return wrong_value(reading, key, "it has to be a string; for bytes there is stdin_base64");
    if (check_one_input(reading, key) < 0)
        return -1;
    reading->job->input = json_string_value(value);
    reading->job->input_size = json_string_length(value);
    return 0;
}

int read_input_base64(struct reading *reading, const char *key, const json_t *value)
{
    if (check_one_input(reading, key) < 0)
        return -1;
    return decode(reading, key, value, &reading->job->input, &reading->job->input_size);
}

int choose_input_file(struct reading *reading, const char *path)
{
    struct stat status;
    int fd;

    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return job_fail(reading->job, errno, path, "%s", "stdin_file has to be there to be read");
    reading->job->input_fd = fd;
    if (fstat(fd, &status) == 0 &&
        (S_ISREG(status.st_mode) ||
         (S_ISCHR(status.st_mode) && status.st_rdev == makedev(1, 3) /* /dev/null */)))
        return 0;
    return job_fail(reading->job, EINVAL, path, "%s", "stdin_file has to be a regular file");
}

int read_input_file(struct reading *reading, const char *key, const json_t *value)
{
    const char *path = text_of(reading, key, value);

    if (!path || check_one_input(reading, key) < 0)
        return -1;
    return choose_input_file(reading, path);
}

static struct dualpipe_file *find_file(struct job *job, const char *name)
{
    size_t i;

    for (i = 0; i < job->file_count; i++) {
        if (strcmp(job->files[i].name, name) == 0)
            return &job->files[i];
    }
    return NULL;
}

/* The contents of one file: exactly one of three keys says them. */
static int read_content(struct reading *reading, const json_t *value, struct dualpipe_file *file)
{
    const json_t *text = json_object_get(value, "text");
    const json_t *base64 = json_object_get(value, "base64");
    const json_t *host = json_object_get(value, "host");

    if (!text + !base64 + !host != 2)
        return wrong_value(reading, "files", "each needs one of text, base64 and host");
    if (base64)
        return decode(reading, "files", base64, &file->data, &file->size);
    if (host) {
        file->host = text_of(reading, "files", host);
        return file->host ? 0 : -1;
    }
    if (!json_is_string(text))
        return wrong_value(reading, "files", "text has to be a string; for bytes there is base64");
    file->data = json_string_value(text);
    file->size = json_string_length(text);
    return 0;
}

static int read_file(struct reading *reading, const json_t *value)
{
    struct job *job = reading->job;
    struct dualpipe_file file = {0};
    struct dualpipe_file *known;

    if (!json_is_object(value) || json_object_size(value) != 2 || !json_object_get(value, "name"))
        return wrong_value(reading, "files",
                           "each is an object with a name and one of text, base64 and host");
    file.name = text_of(reading, "files", json_object_get(value, "name"));
    if (!file.name)
        return -1;
    if (!leads_down(file.name))
        return wrong_value(reading, "files", "'%.40s' does not lie below the working directory",
                           file.name);
    if (read_content(reading, value, &file) < 0)
        return -1;
    known = find_file(job, file.name);
    if (known && known >= job->files + reading->options->run.file_count)
        return wrong_value(reading, "files", "'%.40s' is there twice", file.name);
    if (!known)
        known = &job->files[job->file_count++];
    *known = file;
    return 0;
}

int read_files(struct reading *reading, const char *key, const json_t *value)
{
    struct job *job = reading->job;
    size_t count = json_array_size(value);
    struct dualpipe_file *files;
    size_t i;

    if (!json_is_array(value))
        return wrong_value(reading, key, "it has to be an array of objects");
    if (count + job->file_count > FILES_MAX)
        return wrong_value(reading, key, "a job may bring %u files; pack them", FILES_MAX);
    files = job_keep(job, calloc(count + job->file_count + 1, sizeof(*files)));
    if (!files)
        return no_memory(reading);
    if (job->file_count > 0)
        memcpy(files, job->files, job->file_count * sizeof(*files));
    job->files = files;
    for (i = 0; i < count; i++) {
        if (read_file(reading, json_array_get(value, i)) < 0)
            return -1;
    }
    return 0;
}

static bool is_taken(const struct job *job, const char *name)
{
    size_t i;

    for (i = 0; i < job->taken_count; i++) {
        if (strcmp(job->taken[i].name, name) == 0)
            return true;
    }
    return false;
}

int read_collect(struct reading *reading, const char *key, const json_t *value)
{
    struct job *job = reading->job;
    size_t count = json_array_size(value);
    size_t i;
    struct taken *taken;

    if (!json_is_array(value))
        return wrong_value(reading, key, "it has to be an array of names");
    if (count + job->taken_count > FILES_MAX)
        return wrong_value(reading, key, "a job may give %u files back; pack them", FILES_MAX);
    taken = job_keep(job, calloc(count + job->taken_count + 1, sizeof(*taken)));
    if (!taken)
        return no_memory(reading);
    if (job->taken_count > 0)
        memcpy(taken, job->taken, job->taken_count * sizeof(*taken));
    job->taken = taken;
    for (i = 0; i < count; i++) {
        const char *name = text_of(reading, key, json_array_get(value, i));

        if (!name)
            return -1;
        if (!leads_down(name))
            return wrong_value(reading, key, "'%.40s' does not lie below the working directory",
                               name);
        if (!is_taken(job, name))
            taken[job->taken_count++] = (struct taken){.name = name, .fd = -1};
    }
    return 0;
}

static int read_compare(struct reading *reading, const json_t *value, enum compare *how)
{
    static const char *const words[] = {"exact", "lines", "tokens"};
    const char *text = value ? json_string_value(value) : words[COMPARE_EXACT];
    size_t i;

    for (i = 0; text && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(text, words[i]) == 0) {
            *how = (enum compare)i;
            return 0;
        }
    }
    return wrong_value(reading, "expect", "compare is \"exact\", \"lines\" or \"tokens\"");
}

int read_expect(struct reading *reading, const char *key, const json_t *value)
{
    struct job *job = reading->job;
    const json_t *output = json_object_get(value, "stdout");
    const json_t *how = json_object_get(value, "compare");
    enum compare compare = COMPARE_EXACT;

    if (!json_is_object(value) || !json_is_string(output) ||
        json_object_size(value) != 1U + (how != NULL))
        return wrong_value(reading, key,
                           "it has to be an object with stdout, a string, and compare if wanted");
    if (read_compare(reading, how, &compare) < 0)
        return -1;
    if (comparison_init(&job->comparison, compare, json_string_value(output),
                        json_string_length(output)) < 0)
        return no_memory(reading);
    job->bytes += json_string_length(output);
    job->has_expectation = true;
    return 0;
}
