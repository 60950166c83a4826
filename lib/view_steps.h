/* SPDX-License-Identifier: MIT */
/*
 * view_steps.h - the steps and grants that a view of the file system becomes:
 * what view_policy.c and view_job.c add, and view.c puts into the plan.
 */
#ifndef DUALPIPE_VIEW_STEPS_H
#define DUALPIPE_VIEW_STEPS_H

#include "error.h"
#include "setup.h"

#include <linux/landlock.h>
#include <linux/mount.h>
#include <sys/stat.h>

#define DP_VIEW_STEPS 384
#define DP_VIEW_GRANTS 192

/* Of Landlock's later versions; Debian 12's header has version 2. */
#define DP_LANDLOCK_FS_TRUNCATE (1ULL << 14)
#define DP_LANDLOCK_FS_IOCTL_DEV (1ULL << 15)

#define DP_VIEW_WRITABLE                                                                           \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |  \
     DP_LANDLOCK_FS_TRUNCATE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |    \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |     \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_REFER)

#define DP_VIEW_LOCKED (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

struct dp_view_steps {
    struct dp_setup *setup;
    struct dualpipe_error *error;
    struct dp_mount_step steps[DP_VIEW_STEPS];
    unsigned step_count;
    struct dp_landlock_step grants[DP_VIEW_GRANTS];
    unsigned grant_count;
    int64_t disk_left; /* of the disk limit, without the directories' own sizes */
};

/* Each returns 0, or a negative error number with *view->error set. */

/* The job fails at DUALPIPE_STEP_MOUNT. Returns -ERRNUM. */
int dp_view_fail(struct dp_view_steps *view, int errnum, const char *subject);

/* PATH as the plan has paths, relative to the new root: the place of its text. */
uint32_t dp_view_inside(struct dp_view_steps *view, const char *path);

/* One more step. E2BIG: more than DP_VIEW_STEPS. */
int dp_view_step(struct dp_view_steps *view, struct dp_mount_step step);

/* The directories above PATH, each once. */
int dp_view_parents(struct dp_view_steps *view, const char *path);

/* A mount of the host's SOURCE at TARGET, whose type MODE is a file's or a directory's. */
int dp_view_tree(struct dp_view_steps *view, const char *source, const char *target,
                 uint32_t attributes, mode_t mode);

/* What Landlock allows below PATH; of a file, only what a file can be asked for. */
int dp_view_grant(struct dp_view_steps *view, const char *path, uint64_t access, mode_t mode);

/* Whether the box gets a root of its own. */
bool dp_view_in_own_root(const struct dp_view_steps *view);

/* The number of files that a file system of BYTES bytes may hold. */
int64_t dp_view_inodes(int64_t bytes);

/* The policy's lines (view_policy.c), then the job's (view_job.c). */
int dp_view_of_policy(struct dp_view_steps *view);
int dp_view_of_job(struct dp_view_steps *view);

#endif
