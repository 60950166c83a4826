/* SPDX-License-Identifier: MIT */
/* sources.c - see sources.h. */
#include "sources.h"

#include "../words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH_MAX 8

struct reading {
    struct sources *sources;
    int root;
    int64_t max_bytes;
    char **error;
};

static int fail(const struct reading *reading, const char *name, const char *why)
{
    if (!*reading->error)
        *reading->error = text_print("%s: %s", name, why);
    return -1;
}

static int open_beneath(const struct reading *reading, const char *path)
{
    const struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    const long fd = syscall(SYS_openat2, reading->root, path, &how, sizeof(how));

    return fd < 0 ? -errno : (int)fd;
}

/* A name that is safe inside, on a compiler's command line too. */
static char *plain_name(const char *name)
{
    const char *base = base_name(name);
    const char *ending = strrchr(base, '.');
    const size_t ending_length = ending ? strspn(ending + 1, "abcdefghijklmnopqrstuvwxyz"
                                                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                             "0123456789+")
                                        : 0;

    if (base[0] != '-' && base[0] != '.' && strlen(base) < 200 &&
        strspn(base, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-") ==
            strlen(base))
        return text_copy(base);
    return text_print("main%s", ending && ending[1] && !ending[1 + ending_length] ? ending : "");
}

static int read_bytes(int fd, struct source *source)
{
    size_t done = 0;

    while (done < source->size) {
        const ssize_t got = read(fd, source->bytes + done, source->size - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    source->size = done;
    return 0;
}

static int add_file(const struct reading *reading, int fd, const struct stat *status, char *name)
{
    struct sources *sources = reading->sources;
    struct source *source;
    char why[128];

    if (status->st_size > reading->max_bytes - sources->bytes) {
        (void)snprintf(why, sizeof(why),
                       "the sources are larger than their limit of %jd bytes (%jd or more)",
                       (intmax_t)reading->max_bytes, (intmax_t)(status->st_size + sources->bytes));
        fail(reading, name, why);
        free(name);
        return -1;
    }
    if (sources->count == SOURCES_MAX) {
        fail(reading, name, "more files than are taken (80)");
        free(name);
        return -1;
    }
    source = GROW(sources->files, sources->count);
    *source = (struct source){.name = name,
                              .size = (size_t)status->st_size,
                              .bytes = allocate((size_t)status->st_size + 1),
                              .is_executable = (status->st_mode & 0111) != 0};
    sources->bytes += status->st_size;
    return read_bytes(fd, source);
}

static int read_directory(const struct reading *reading, int fd, const char *prefix,
                          unsigned depth);

/* Something in a directory; prefix is where that lies beneath the root. */
static int read_entry(const struct reading *reading, const char *prefix, const char *name,
                      unsigned depth)
{
    char *path = prefix[0] ? text_print("%s/%s", prefix, name) : text_copy(name);
    const int fd = open_beneath(reading, path);
    struct stat status;
    int result = 0;

    if (fd < 0 || fstat(fd, &status) < 0) {
        if (fd == -EXDEV || fd == -ELOOP)
            result = fail(reading, path, "a link that leads out of the directory, or in a circle");
    } else if (S_ISDIR(status.st_mode)) {
        result = depth < DEPTH_MAX ? read_directory(reading, fd, path, depth + 1)
                                   : fail(reading, path, "it lies too deep");
    } else if (S_ISREG(status.st_mode)) {
        result = add_file(reading, fd, &status, text_copy(path));
    }
    if (fd >= 0)
        (void)close(fd);
    free(path);
    return result;
}

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* What a name must not be: hidden, or a riddle on a command line. */
static bool is_taken(const char *name)
{
    return name[0] != '.' && name[0] != '-' && strcmp(name, "__pycache__") != 0 &&
           !strpbrk(name, "\n\r\t");
}

static int read_directory(const struct reading *reading, int fd, const char *prefix, unsigned depth)
{
    const int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    DIR *listing = own < 0 ? NULL : fdopendir(own);
    const struct dirent *entry;
    struct texts names = {0};
    int result = 0;

    if (!listing) {
        if (own >= 0)
            (void)close(own);
        return fail(reading, prefix, strerrordesc_np(errno));
    }
    while (names.count <= (size_t)4 * SOURCES_MAX && (entry = readdir(listing))) {
        if (is_taken(entry->d_name))
            texts_add(&names, entry->d_name);
    }
    (void)closedir(listing);
    if (names.count > 0)
        qsort(names.items, names.count, sizeof(names.items[0]), compare_names);
    for (size_t i = 0; i < names.count && result == 0; i++)
        result = read_entry(reading, prefix, names.items[i], depth);
    texts_release(&names);
    return result;
}

int sources_read(struct sources *sources, const struct problem *problem, const char *path,
                 int64_t max_bytes, char **error)
{
    struct reading reading = {.sources = sources, .max_bytes = max_bytes, .error = error};
    struct stat status;
    int result;
    int fd;

    *sources = (struct sources){0};
    *error = NULL;
    fd = problem ? problem_open(problem, path, O_RDONLY)
                 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(&reading, path, strerrordesc_np(problem ? -fd : errno));
    if (fstat(fd, &status) < 0) {
        result = fail(&reading, path, strerrordesc_np(errno));
    } else if (S_ISDIR(status.st_mode)) {
        reading.root = fd;
        result = read_directory(&reading, fd, "", 0);
        if (result == 0 && sources->count == 0)
            result = fail(&reading, path, "the directory holds no file");
    } else if (S_ISREG(status.st_mode)) {
        result = add_file(&reading, fd, &status, plain_name(path));
    } else {
        result = fail(&reading, path, "it is neither a regular file nor a directory");
    }
    (void)close(fd);
    return result;
}

/* In the place of a file of the same name. */
static void put(struct sources *sources, struct source *added)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->files[i].name, added->name) != 0)
            continue;
        free(sources->files[i].name);
        free(sources->files[i].bytes);
        sources->files[i] = *added;
        return;
    }
    *GROW(sources->files, sources->count) = *added;
}

static int include_directory(struct sources *sources, struct problem *problem, const char *path,
                             char **error)
{
    struct sources more;
    int result;

    if (!problem_has_directory(problem, path))
        return 0;
    result = sources_read(&more, problem, path, PROGRAM_BYTES_MAX, error);
    if (result == 0)
        sources_replace_constants(&more, problem);
    for (size_t i = 0; i < more.count && result == 0; i++) {
        more.files[i].is_included = true;
        put(sources, &more.files[i]);
    }
    if (result == 0)
        more.count = 0;
    sources_release(&more);
    return result;
}

int sources_include(struct sources *sources, struct problem *problem,
                    const struct language *language, char **error)
{
    char *path = text_print("include/%s", language->name);
    int result = include_directory(sources, problem, "include/default", error);

    if (result == 0)
        result = include_directory(sources, problem, path, error);
    free(path);
    return result;
}

void sources_replace_constants(struct sources *sources, const struct problem *problem)
{
    for (size_t i = 0; i < sources->count && problem->constant_count > 0; i++) {
        struct source *source = &sources->files[i];
        char *replaced =
            problem_replace_constants(problem, source->bytes, source->size, &source->size);

        if (!replaced)
            continue;
        free(source->bytes);
        source->bytes = replaced;
    }
}

bool sources_have(const struct sources *sources, const char *name)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->files[i].name, name) == 0)
            return true;
    }
    return false;
}

void sources_release(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        free(sources->files[i].name);
        free(sources->files[i].bytes);
    }
    free(sources->files);
    *sources = (struct sources){0};
}
