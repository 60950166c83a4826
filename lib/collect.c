/* SPDX-License-Identifier: MIT */
/*
 * collect.c - take files and trees out of a dead box's working directory.
 *
 * The target made what is there: links, FIFOs and devices are refused, nothing
 * is followed, nothing blocks, and no more is read than was allowed.
 */
#include "collect.h"

#include "error.h"
#include "foreign.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEFAULT_MAX_BYTES DUALPIPE_MEBIBYTES(64)

int dp_collect_open(int directory, const char *name, int process_fd)
{
    const struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
    };
    const long fd = syscall(SYS_openat2, directory, name, &how, sizeof(how));

    if (fd < 0 && errno == EACCES && process_fd >= 0)
        return dp_foreign_open(process_fd, directory, name, &how);
    return fd < 0 ? -errno : (int)fd;
}

int64_t dp_collect_copy(int from, int to, int64_t max_bytes)
{
    char piece[32768];
    int64_t copied = 0;

    for (;;) {
        const ssize_t got = read(from, piece, sizeof(piece));

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : copied;
        if (got > max_bytes - copied)
            return -EFBIG;
        for (ssize_t done = 0; done < got;) {
            const ssize_t written = write(to, piece + done, (size_t)(got - done));

            if (written < 0 && errno != EINTR)
                return -errno;
            if (written > 0)
                done += written;
        }
        copied += got;
    }
}

static int64_t collect_one(const struct dp_run *run, const struct dualpipe_collect *collect)
{
    int64_t max_bytes = collect->max_bytes;
    struct stat status;
    struct stat place = {0};
    int64_t result;
    const int process_fd = run->setup.identity.is_subordinate ? run->box.init_pidfd : -1;
    int fd = dp_collect_open(run->box.working_directory, collect->name, process_fd);

    if (fd < 0)
        return fd;
    if (max_bytes <= 0)
        max_bytes = run->setup.limits.disk_bytes;
    if (max_bytes == DUALPIPE_UNLIMITED)
        max_bytes = DEFAULT_MAX_BYTES;
    if (fstat(fd, &status) != 0 || fstat(collect->fd, &place) != 0)
        result = -errno;
    else if (S_ISDIR(status.st_mode) && S_ISDIR(place.st_mode))
        result = dp_collect_tree(fd, collect, max_bytes, process_fd);
    else if (S_ISDIR(place.st_mode))
        result = -ENOTDIR;
    else if (!S_ISREG(status.st_mode))
        result = -EINVAL;
    else if (status.st_size > max_bytes)
        result = -EFBIG;
    else
        result = dp_collect_copy(fd, collect->fd, max_bytes);
    if (collect->is_executable)
        *collect->is_executable = result >= 0 && (status.st_mode & 0111) != 0;
    close(fd);
    return result;
}

void dp_run_collect(struct dp_run *run)
{
    for (size_t i = 0; i < run->job.collect_count; i++) {
        const struct dualpipe_collect *collect = &run->job.collects[i];
        const int64_t result = collect_one(run, collect);

        if (collect->error)
            *collect->error = result < 0 ? (int)result : 0;
        if (collect->size)
            *collect->size = result < 0 ? 0 : result;
    }
}
