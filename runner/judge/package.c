/* SPDX-License-Identifier: MIT */
/*
 * package.c - a problem's files, and what kind of problem they make.
 *
 * Everything is opened beneath the directory's descriptor by openat2(2): a link
 * may lead to other files of the package, as the format allows, and nowhere else.
 */
#include "problem.h"

#include "scratch.h"
#include "zip.h"

#include "../words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMES_MAX 100000
#define NAME_LENGTH_MAX 255
#define DATA_BYTES_MAX ((int64_t)1 << 30) /* of one file of test data */

int problem_fail(struct problem *problem, const char *format, ...)
{
    va_list arguments;

    if (problem->error)
        return -1;
    va_start(arguments, format);
    if (vasprintf(&problem->error, format, arguments) < 0)
        problem->error = NULL;
    va_end(arguments);
    return -1;
}

void problem_warn(struct problem *problem, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) >= 0)
        texts_take(&problem->warnings, text);
    va_end(arguments);
}

int problem_open(const struct problem *problem, const char *path, int flags)
{
    const int added = flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    const struct open_how how = {
        .flags = (unsigned)(flags | added),
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    const long fd = syscall(SYS_openat2, problem->fd, path, &how, sizeof(how));

    return fd < 0 ? -errno : (int)fd;
}

/* S_IFMT of what is there, or 0. */
static unsigned kind_of(const struct problem *problem, const char *path)
{
    const int fd = problem_open(problem, path, O_PATH);
    struct stat status;
    unsigned kind = 0;

    if (fd < 0)
        return 0;
    if (fstat(fd, &status) == 0)
        kind = status.st_mode & S_IFMT;
    (void)close(fd);
    return kind;
}

bool problem_has_file(const struct problem *problem, const char *path)
{
    return kind_of(problem, path) == S_IFREG;
}

int problem_check_size(struct problem *problem, const char *path)
{
    const int fd = problem_open(problem, path, O_PATH);
    struct stat status = {0};
    const bool is_known = fd >= 0 && fstat(fd, &status) == 0;

    if (fd >= 0)
        (void)close(fd);
    if (!is_known)
        return problem_fail(problem, "%s: %s", path, strerrordesc_np(fd < 0 ? -fd : errno));
    if (status.st_size > DATA_BYTES_MAX)
        return problem_fail(problem, "%s: it has %jd bytes, and %jd are taken at most", path,
                            (intmax_t)status.st_size, (intmax_t)DATA_BYTES_MAX);
    return 0;
}

bool problem_has_directory(const struct problem *problem, const char *path)
{
    return kind_of(problem, path) == S_IFDIR;
}

/* As the format has them: other files are "as if removed". */
static bool is_known_name(const char *name)
{
    const size_t length = strlen(name);

    return length <= NAME_LENGTH_MAX && name[0] != '.' && name[0] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               length;
}

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

int problem_list(const struct problem *problem, const char *path, struct texts *names)
{
    const int fd = problem_open(problem, path, O_RDONLY | O_DIRECTORY);
    const struct dirent *entry;
    DIR *listing;

    if (fd < 0)
        return fd;
    listing = fdopendir(fd);
    if (!listing) {
        (void)close(fd);
        return -ENOMEM;
    }
    while (names->count < NAMES_MAX && (entry = readdir(listing))) {
        if (is_known_name(entry->d_name))
            texts_add(names, entry->d_name);
    }
    (void)closedir(listing);
    if (names->count > 0)
        qsort(names->items, names->count, sizeof(names->items[0]), compare_names);
    return 0;
}

static const char *why_not(int errnum)
{
    switch (errnum) {
    case EXDEV:
        return "it leads out of the package";
    case ELOOP:
        return "its links lead in a circle, or are too many";
    default:
        return strerrordesc_np(errnum);
    }
}

/* Returns the bytes read, or -1. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
    size_t done = 0;

    while (done < size) {
        const ssize_t got = read(fd, bytes + done, size - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

char *problem_read_file(struct problem *problem, const char *path, size_t max, size_t *size)
{
    const int fd = problem_open(problem, path, O_RDONLY);
    struct stat status;
    char *bytes = NULL;
    ssize_t got = -1;

    if (fd < 0) {
        problem_fail(problem, "%s: %s", path, why_not(-fd));
        return NULL;
    }
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        problem_fail(problem, "%s: it is no regular file", path);
    } else if ((uint64_t)status.st_size > max) {
        problem_fail(problem, "%s: it has %jd bytes, and %zu are taken at most", path,
                     (intmax_t)status.st_size, max);
    } else {
        bytes = allocate((size_t)status.st_size + 1);
        got = read_all(fd, bytes, (size_t)status.st_size);
        if (got < 0)
            problem_fail(problem, "%s: %s", path, strerrordesc_np(errno));
    }
    (void)close(fd);
    if (got < 0) {
        free(bytes);
        return NULL;
    }
    *size = (size_t)got;
    return bytes;
}

static const char *find_constant(const struct problem *problem, const char *name, size_t length)
{
    for (size_t i = 0; i < problem->constant_count; i++) {
        if (strlen(problem->constants[i].name) == length &&
            memcmp(problem->constants[i].name, name, length) == 0)
            return problem->constants[i].value;
    }
    return NULL;
}

char *problem_replace_constants(const struct problem *problem, const char *bytes, size_t size,
                                size_t *new_size)
{
    char *text = NULL;
    size_t length = 0;
    FILE *made = open_memstream(&text, &length);
    bool is_whole = true;

    for (size_t at = 0; made && at < size;) {
        const char *end = size - at > 4 && memcmp(bytes + at, "{{", 2) == 0
                              ? memmem(bytes + at, size - at, "}}", 2)
                              : NULL;
        const char *value =
            end ? find_constant(problem, bytes + at + 2, (size_t)(end - bytes) - at - 2) : NULL;

        if (value) {
            is_whole &= fputs(value, made) != EOF;
            at = (size_t)(end - bytes) + 2;
        } else {
            is_whole &= fputc(bytes[at++], made) != EOF;
        }
    }
    if (!made || fclose(made) != 0 || !text || !is_whole) {
        free(text);
        return NULL;
    }
    *new_size = length;
    return text;
}

const char *format_name(enum format format)
{
    static const char *const names[] = {"folder", "legacy", "legacy-icpc", "2025-09"};

    return names[format];
}

/* As the typical judge has it, by the specification. */
static void set_defaults(struct problem *problem)
{
    problem->ac_to_time_limit = 2.0;
    problem->time_limit_to_tle = 1.5;
    problem->time_resolution_s = 1.0;
    problem->memory_bytes = DUALPIPE_MEBIBYTES(2048);
    problem->output_bytes = DUALPIPE_MEBIBYTES(8);
    problem->code_bytes = INT64_C(128) * 1024;
    problem->compile_us = DUALPIPE_SECONDS(60);
    problem->compile_memory_bytes = DUALPIPE_MEBIBYTES(2048);
    problem->validation_us = DUALPIPE_SECONDS(60);
    problem->validation_memory_bytes = DUALPIPE_MEBIBYTES(2048);
    problem->validation_output_bytes = DUALPIPE_MEBIBYTES(8);
    problem->passes_max = 2;
}

/* The one directory of an archive, beside what some systems' archivers add. */
static void enter_only_directory(struct problem *problem, const struct texts *names)
{
    const char *only = NULL;
    char *directory;
    int inner;

    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], "__MACOSX") == 0)
            continue;
        if (only || !problem_has_directory(problem, names->items[i]))
            return;
        only = names->items[i];
    }
    if (!only)
        return;
    inner = problem_open(problem, only, O_RDONLY | O_DIRECTORY);
    directory = text_print("%s/%s", problem->directory, only);
    (void)close(problem->fd);
    problem->fd = inner;
    free(problem->directory);
    problem->directory = directory;
}

/* An archive is unpacked into a directory of our own; a package in it may have a
 * directory around it. */
static int open_archive(struct problem *problem)
{
    char *error = NULL;
    struct texts names = {0};

    problem->directory = scratch_directory("package");
    problem->is_copy = true;
    if (zip_unpack(problem->path, problem->directory, &error) < 0) {
        problem_fail(problem, "%s", error);
        free(error);
        return -1;
    }
    problem->fd = open(problem->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (problem->fd < 0)
        return problem_fail(problem, "%s", strerrordesc_np(errno));
    if (!problem_has_file(problem, "problem.yaml") && problem_list(problem, ".", &names) == 0)
        enter_only_directory(problem, &names);
    texts_release(&names);
    return problem->fd < 0 ? problem_fail(problem, "the directory in it cannot be opened") : 0;
}

static int open_problem(struct problem *problem)
{
    struct stat status;

    if (stat(problem->path, &status) < 0)
        return problem_fail(problem, "%s", strerrordesc_np(errno));
    if (S_ISREG(status.st_mode))
        return open_archive(problem);
    if (!S_ISDIR(status.st_mode))
        return problem_fail(problem, "a problem is a directory or a zip file");
    problem->directory = realpath(problem->path, NULL);
    problem->fd = open(problem->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (problem->fd < 0 || !problem->directory)
        return problem_fail(problem, "%s", strerrordesc_np(errno));
    return 0;
}

static int read_package(struct problem *problem)
{
    int result = package_read_settings(problem);

    if (result == 0)
        result = package_read_data(problem);
    if (result == 0)
        result = package_read_examples(problem);
    return result;
}

int problem_read(struct problem *problem, const char *path)
{
    *problem = (struct problem){.fd = -1, .path = text_copy(path)};
    set_defaults(problem);
    if (open_problem(problem) < 0)
        return -1;
    problem->name = text_copy(base_name(problem->directory));
    if (problem_has_file(problem, "problem.yaml"))
        return read_package(problem);
    if (problem_has_directory(problem, "data"))
        return problem_fail(problem, "it has data/ and no problem.yaml: a package needs both, and "
                                     "a plain folder has its N.in and N.ans right in it");
    return folder_read(problem);
}

bool program_is_named(const char *path, const char *name)
{
    const char *base = base_name(path);
    const size_t length = strlen(name);

    return strcmp(base, name) == 0 || (length > 0 && strncmp(base, name, length) == 0 &&
                                       base[length] == '.' && !strchr(base + length + 1, '.'));
}

void input_args_copy(struct input_args *to, const struct input_args *from)
{
    texts_add_all(&to->names, &from->names);
    texts_add_all(&to->args, &from->args);
}

void input_args_release(struct input_args *input_args)
{
    texts_release(&input_args->names);
    texts_release(&input_args->args);
}

void group_release(struct group *group)
{
    input_args_release(&group->input_args);
    free(group->name);
    texts_release(&group->args);
    texts_release(&group->validator_args);
    free(group->validator);
    texts_release(&group->require_pass);
    texts_release(&group->grader_flags);
    texts_release(&group->static_args);
}

void test_release(struct test *test)
{
    input_args_release(&test->input_args);
    free(test->name);
    free(test->input);
    free(test->answer);
    free(test->output);
    free(test->files);
    free(test->hint);
    texts_release(&test->args);
    texts_release(&test->validator_args);
    free(test->validator);
}

static void release_example(struct example *example)
{
    for (size_t i = 0; i < example->expectation_count; i++) {
        free(example->expectations[i].source);
        free(example->expectations[i].cases);
        free(example->expectations[i].message);
    }
    free(example->expectations);
    free(example->path);
    free(example->language);
    free(example->entry_point);
}

void problem_release(struct problem *problem)
{
    for (size_t i = 0; i < problem->group_count; i++)
        group_release(&problem->groups[i]);
    for (size_t i = 0; i < problem->test_count; i++)
        test_release(&problem->tests[i]);
    for (size_t i = 0; i < problem->example_count; i++)
        release_example(&problem->examples[i]);
    for (size_t i = 0; i < problem->constant_count; i++) {
        free(problem->constants[i].name);
        free(problem->constants[i].value);
    }
    free(problem->groups);
    free(problem->tests);
    free(problem->examples);
    free(problem->constants);
    texts_release(&problem->languages);
    texts_release(&problem->input_validators);
    texts_release(&problem->output_validators);
    texts_release(&problem->warnings);
    texts_release(&problem->validator_flags);
    free(problem->static_validator);
    free(problem->grader);
    free(problem->name);
    free(problem->path);
    free(problem->directory);
    free(problem->error);
    if (problem->fd >= 0)
        (void)close(problem->fd);
}
