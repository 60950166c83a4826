/* SPDX-License-Identifier: MIT */
/* file_systems.c - see file_systems.h. */
#include "file_systems.h"

#include "descriptor.h"
#include "setup.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

static bool hold(struct dp_file_systems *held, int proc, const char *path)
{
    int fd;

    if (held->count == DP_FILE_SYSTEMS_MAX)
        return false;
    fd = openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return false;
    held->fd[held->count++] = fd;
    return true;
}

/* Those directories of the plan that are of this kind; at most so many. */
static bool hold_kind(struct dp_file_systems *held, int proc, const struct dp_setup *setup,
                      uint32_t kind, unsigned max)
{
    const char *const start = setup->block.bytes;
    struct dp_plan plan;
    bool has_all = true;

    memcpy(&plan, start, sizeof(plan));
    for (uint32_t i = 0; i < plan.mount_count && has_all && max > 0; i++) {
        struct dp_mount_step step;
        char path[4200];

        memcpy(&step, start + plan.mounts + i * sizeof(step), sizeof(step));
        if (step.kind != kind)
            continue;
        max--;
        snprintf(path, sizeof(path), "root/%s", start + step.target);
        has_all = hold(held, proc, path);
    }
    return has_all;
}

/* In a warm box the files of each run are a file system of their own, which all
 * writable directories are parts of; but for those with a size of their own. */
void dp_file_systems_hold(struct dp_file_systems *held, int proc, const struct dp_setup *setup)
{
    bool has_all = true;

    if (!dp_setup_has(setup, DUALPIPE_LAYER_MOUNT_NAMESPACE))
        return;
    if (setup->spawn != DP_SPAWN_NONE)
        has_all = hold_kind(held, proc, setup, DP_MOUNT_WRITABLE, 1);
    if (held->count == 0 && has_all)
        has_all = hold(held, proc, "root");
    has_all = has_all && hold_kind(held, proc, setup, DP_MOUNT_TMPFS, UINT_MAX);
    if (!has_all)
        dp_file_systems_release(held);
}

int64_t dp_file_systems_bytes(const struct dp_file_systems *held)
{
    int64_t bytes = 0;

    for (unsigned i = 0; i < held->count; i++) {
        struct statfs status;

        if (fstatfs(held->fd[i], &status) != 0 || status.f_type != TMPFS_MAGIC)
            return DUALPIPE_UNKNOWN;
        bytes += (int64_t)(status.f_blocks - status.f_bfree) * status.f_bsize;
    }
    return held->count > 0 ? bytes : DUALPIPE_UNKNOWN;
}

void dp_file_systems_release(struct dp_file_systems *held)
{
    for (unsigned i = 0; i < held->count; i++)
        dp_descriptor_close(&held->fd[i]);
    held->count = 0;
}
