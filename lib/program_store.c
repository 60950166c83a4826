/* SPDX-License-Identifier: MIT */
/* program_store.c - see program_store.h. */
#include "program_store.h"

#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

#define ENTRIES_MAX 64U
#define COPY_MAX_BYTES DUALPIPE_MEBIBYTES(64)
#define COPIES_MAX_BYTES DUALPIPE_MEBIBYTES(256)

struct dp_program_entry {
    struct dp_program_entry *next;
    char *path; /* as the job had it */
    struct stat status;
    int64_t copied_bytes;
    struct dp_program program;
};

void dp_program_store_init(struct dp_program_store *store)
{
    *store = (struct dp_program_store){0};
    pthread_mutex_init(&store->lock, NULL);
}

static void free_entry(struct dp_program_store *store, struct dp_program_entry *entry)
{
    store->count--;
    store->copied_bytes -= entry->copied_bytes;
    dp_program_release(&entry->program);
    free(entry->path);
    free(entry);
}

void dp_program_store_release(struct dp_program_store *store)
{
    while (store->first) {
        struct dp_program_entry *entry = store->first;

        store->first = entry->next;
        free_entry(store, entry);
    }
    pthread_mutex_destroy(&store->lock);
}

static bool is_same_time(const struct timespec *one, const struct timespec *other)
{
    return one->tv_sec == other->tv_sec && one->tv_nsec == other->tv_nsec;
}

static bool is_unchanged(const struct stat *before, const struct stat *now)
{
    return before->st_dev == now->st_dev && before->st_ino == now->st_ino &&
           before->st_size == now->st_size && before->st_mode == now->st_mode &&
           before->st_uid == now->st_uid && before->st_gid == now->st_gid &&
           is_same_time(&before->st_mtim, &now->st_mtim) &&
           is_same_time(&before->st_ctim, &now->st_ctim);
}

/* Found entries come first, so that the last one is the longest unused. */
static struct dp_program_entry *find(struct dp_program_store *store, const char *path)
{
    for (struct dp_program_entry **at = &store->first; *at; at = &(*at)->next) {
        struct dp_program_entry *entry = *at;

        if (strcmp(entry->path, path) != 0)
            continue;
        *at = entry->next;
        entry->next = store->first;
        store->first = entry;
        return entry;
    }
    return NULL;
}

static void drop(struct dp_program_store *store, struct dp_program_entry *entry)
{
    for (struct dp_program_entry **at = &store->first; *at; at = &(*at)->next)
        if (*at == entry) {
            *at = entry->next;
            free_entry(store, entry);
            return;
        }
}

static void make_room(struct dp_program_store *store)
{
    while (store->first && (store->count > ENTRIES_MAX || store->copied_bytes > COPIES_MAX_BYTES)) {
        struct dp_program_entry *last = store->first;

        while (last->next)
            last = last->next;
        if (last == store->first)
            return;
        drop(store, last);
    }
}

/* A sealed copy of so many bytes, or a negative errno value. */
static int copy_to_memory(int from, int64_t size)
{
    int fd = memfd_create("dualpipe-program", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    off_t offset = 0;

    if (fd < 0 && errno == EINVAL) /* before 6.3 there is no such flag */
        fd = memfd_create("dualpipe-program", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0)
        fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return -errno;
    while (offset < size) {
        const ssize_t moved = sendfile(fd, from, &offset, (size_t)(size - offset));

        if (moved < 0 && errno == EINTR)
            continue;
        if (moved <= 0) {
            const int result = moved < 0 ? -errno : -ETXTBSY; /* it shrank meanwhile */

            close(fd);
            return result;
        }
    }
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
        dp_descriptor_close(&fd);
    return fd < 0 ? -errno : fd;
}

/* In place of the file's own descriptor. */
static int hold_copy(struct dp_program_entry *entry, struct dualpipe_error *error)
{
    struct dp_program *program = &entry->program;
    int from;
    int copy;

    if (program->size_bytes > COPY_MAX_BYTES)
        return dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, EFBIG, program->host);
    from = open(program->host, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (from < 0)
        return dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, errno, program->host);
    copy = copy_to_memory(from, program->size_bytes);
    close(from);
    if (copy < 0)
        return dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, -copy, program->host);
    dp_descriptor_close(&program->fd);
    program->fd = copy;
    entry->copied_bytes = program->size_bytes;
    return 0;
}

static int fill(struct dp_program_entry *entry, const struct dualpipe_job *job,
                const struct dp_policy *policy, const struct dp_identity *identity,
                struct dualpipe_error *error)
{
    struct stat after;
    int result = dp_program_open(&entry->program, job, policy, identity, true, error);

    if (result < 0)
        return result;
    if (entry->program.is_shown)
        dp_descriptor_close(&entry->program.fd);
    else
        result = hold_copy(entry, error);
    if (result == 0 && (stat(entry->path, &after) != 0 || !is_unchanged(&entry->status, &after))) {
        result = dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, ETXTBSY, entry->path);
        error->retryable = true;
    }
    return result;
}

static struct dp_program_entry *add(struct dp_program_store *store, const char *path,
                                    const struct stat *status, const struct dualpipe_job *job,
                                    const struct dp_policy *policy,
                                    const struct dp_identity *identity,
                                    struct dualpipe_error *error)
{
    struct dp_program_entry *entry = calloc(1, sizeof(*entry));

    if (!entry || !(entry->path = strdup(path))) {
        free(entry);
        dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, ENOMEM, path);
        return NULL;
    }
    entry->program.fd = -1;
    entry->status = *status;
    store->count++;
    if (fill(entry, job, policy, identity, error) < 0) {
        entry->copied_bytes = 0; /* not counted yet */
        free_entry(store, entry);
        return NULL;
    }
    store->copied_bytes += entry->copied_bytes;
    if (entry->program.fd >= 0)
        entry->program.number = ++store->last_number;
    entry->next = store->first;
    store->first = entry;
    make_room(store);
    return entry;
}

static int give(struct dp_program *program, const struct dp_program_entry *entry,
                struct dualpipe_error *error)
{
    *program = entry->program;
    if (program->fd < 0)
        return 0;
    program->fd = fcntl(entry->program.fd, F_DUPFD_CLOEXEC, 3);
    return program->fd < 0 ? dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, errno, program->host) : 0;
}

int dp_program_store_get(struct dp_program_store *store, struct dp_program *program,
                         const struct dualpipe_job *job, const struct dp_policy *policy,
                         const struct dp_identity *identity, struct dualpipe_error *error)
{
    const char *path = job->program ? job->program : job->argv[0];
    struct dp_program_entry *entry;
    struct stat status;
    int result = 0;

    *program = (struct dp_program){.fd = -1};
    if (stat(path, &status) != 0)
        return dp_fail(error, DUALPIPE_STEP_OPEN_PROGRAM, errno, path);
    pthread_mutex_lock(&store->lock);
    entry = find(store, path);
    if (entry && !is_unchanged(&entry->status, &status)) {
        drop(store, entry);
        entry = NULL;
    }
    if (!entry)
        entry = add(store, path, &status, job, policy, identity, error);
    result = entry ? give(program, entry, error) : -error->errnum;
    pthread_mutex_unlock(&store->lock);
    return result;
}
