/* SPDX-License-Identifier: MIT */
/* retry.c - see retry.h. */
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A miss is narrow up to a tenth above the limit: where the run was stopped at
 * its limit, nobody can know by how much it would have missed. */
#define NARROW_PART 10
/* A host is busy where a fiftieth of the time was taken from its CPUs, or where
 * others pushed the target aside so many times in each second that it ran. */
#define STEAL_PART 50
#define PUSHES_PER_SECOND 40

static bool is_dev_null(const struct stat *status)
{
    return S_ISCHR(status->st_mode) && status->st_rdev == makedev(1, 3);
}

const char *retry_note(struct start_point *start, const struct output *output, bool is_input)
{
    struct stat status;

    *start = (struct start_point){0};
    if (output->fd < 0)
        return NULL;
    if (fstat(output->fd, &status) < 0)
        return "it cannot be looked at";
    if (is_dev_null(&status))
        return NULL;
    if (!S_ISREG(status.st_mode))
        return "only a regular file or /dev/null can be had again; name one";
    start->is_file = true;
    start->offset = lseek(output->fd, 0, SEEK_CUR);
    start->size = status.st_size;
    if (is_input)
        return start->offset < 0 ? "its offset cannot be told" : NULL;
    if (fcntl(output->fd, F_GETFL) & O_APPEND)
        return "it is open for appending, and others may append to it; name a file";
    if (start->offset != start->size)
        return "what it holds behind its offset would be lost; name a file";
    return NULL;
}

int retry_rewind(const struct start_point *start, const struct output *output, bool is_input)
{
    if (!start->is_file)
        return 0;
    if (!is_input && ftruncate(output->fd, start->size) < 0)
        return -errno;
    return lseek(output->fd, start->offset, SEEK_SET) < 0 ? -errno : 0;
}

static bool is_narrow(int64_t used, int64_t limit)
{
    return limit > 0 && used - limit <= limit / NARROW_PART;
}

static bool was_host_busy(const struct dualpipe_usage *usage, int64_t steal_us)
{
    return steal_us > usage->wall_us / STEAL_PART ||
           usage->switches_involuntary > usage->wall_us / (1000000 / PUSHES_PER_SECOND);
}

bool retry_is_due(const struct dualpipe_result *result)
{
    const struct dualpipe_usage *usage = &result->usage;

    if (!was_host_busy(usage, result->steal_us))
        return false;
    if (result->verdict == DUALPIPE_TIME_LIMIT)
        return is_narrow(usage->cpu_us, result->limits.cpu_us);
    return result->verdict == DUALPIPE_WALL_LIMIT && !result->idle &&
           is_narrow(usage->wall_us, result->limits.wall_us);
}
