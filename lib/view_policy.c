/* SPDX-License-Identifier: MIT */
/*
 * view_policy.c - the lines of a policy's view as steps and grants.
 */
#include "view_steps.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int add_symlink(struct dp_view_steps *view, const char *path)
{
    char to[PATH_MAX];
    const ssize_t length = readlink(path, to, sizeof(to) - 1);
    int result;

    if (length < 0)
        return dp_view_fail(view, errno, path);
    to[length] = '\0';
    result = dp_view_parents(view, path);
    if (result < 0)
        return result;
    return dp_view_step(view, (struct dp_mount_step){
                                  .kind = DP_MOUNT_SYMLINK,
                                  .target = dp_view_inside(view, path),
                                  .source = dp_block_text(&view->setup->block, to),
                                  .fd = -1,
                              });
}

static int show(struct dp_view_steps *view, const struct dp_view *line)
{
    const uint32_t attributes = DP_VIEW_LOCKED | (line->executable ? 0U : MOUNT_ATTR_NOEXEC);
    const uint64_t access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                            (line->executable ? LANDLOCK_ACCESS_FS_EXECUTE : 0U);
    struct stat status;
    int result;

    if (strcmp(line->path, "/") == 0)
        return dp_view_fail(view, EINVAL, "show /");
    if (lstat(line->path, &status) != 0) {
        if (errno == ENOENT && line->optional)
            return 0;
        result = dp_view_fail(view, errno, line->path);
        dp_advise(view->error, "the policy shows it and this host has it not: mark it optional");
        return result;
    }
    if (dp_view_in_own_root(view)) {
        if (S_ISLNK(status.st_mode)) /* the shown path that it leads to has its own grant */
            return add_symlink(view, line->path);
        result = dp_view_tree(view, line->path, line->path, attributes, status.st_mode & S_IFMT);
        if (result < 0)
            return result;
    }
    return dp_view_grant(view, line->path, access, status.st_mode);
}

/* As a tmpfs' options want it. 0 is its word for "no limit". */
static uint32_t amount_text(struct dp_view_steps *view, int64_t amount)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld", amount == DUALPIPE_UNLIMITED ? 0LL : (long long)amount);
    return dp_block_text(&view->setup->block, text);
}

/* A size of its own is a part of the disk limit. */
static int take_from_disk(struct dp_view_steps *view, const struct dp_view *line)
{
    view->setup->sized_bytes += line->size_bytes;
    if (view->disk_left == DUALPIPE_UNLIMITED)
        return 0;
    if (line->size_bytes > view->disk_left) {
        dp_view_fail(view, ENOSPC, line->path);
        dp_advise(view->error,
                  "the policy gives it %lld bytes of its own, %lld are left of the "
                  "disk limit (never more than the memory limit): raise both",
                  (long long)line->size_bytes, (long long)view->disk_left);
        return -ENOSPC;
    }
    view->disk_left -= line->size_bytes;
    return 0;
}

static int directory(struct dp_view_steps *view, const struct dp_view *line)
{
    struct dp_mount_step step = {
        .kind = line->size_bytes > 0 ? DP_MOUNT_TMPFS : DP_MOUNT_WRITABLE,
        .fd = -1,
        .attributes =
            MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (line->executable ? 0U : MOUNT_ATTR_NOEXEC),
        .mode = 0700,
    };
    int result;

    if (!dp_view_in_own_root(view))
        return 0;
    result = take_from_disk(view, line);
    if (result == 0)
        result = dp_view_parents(view, line->path);
    if (result < 0)
        return result;
    step.target = dp_view_inside(view, line->path);
    if (step.kind == DP_MOUNT_TMPFS) {
        step.size = amount_text(view, line->size_bytes);
        step.inodes = amount_text(view, dp_view_inodes(line->size_bytes));
    }
    result = dp_view_step(view, step);
    if (result == 0)
        result = dp_view_grant(
            view, line->path,
            DP_VIEW_WRITABLE | (line->executable ? LANDLOCK_ACCESS_FS_EXECUTE : 0U), S_IFDIR);
    return result;
}

static int device(struct dp_view_steps *view, const struct dp_view *line)
{
    struct stat status;

    if (stat(line->path, &status) != 0)
        return line->optional && errno == ENOENT ? 0 : dp_view_fail(view, errno, line->path);
    if (!S_ISCHR(status.st_mode))
        return dp_view_fail(view, ENODEV, line->path);
    if (dp_view_in_own_root(view)) {
        int result =
            dp_view_tree(view, line->path, line->path,
                         MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, S_IFREG);

        if (result < 0)
            return result;
    }
    return dp_view_grant(view, line->path,
                         LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE, S_IFCHR);
}

static int proc(struct dp_view_steps *view, const struct dp_view *line)
{
    int result;

    if (!dp_view_in_own_root(view))
        return 0;
    result = dp_view_parents(view, line->path);
    if (result == 0)
        result = dp_view_step(view, (struct dp_mount_step){
                                        .kind = DP_MOUNT_PROC,
                                        .target = dp_view_inside(view, line->path),
                                        .fd = -1,
                                        .attributes = DP_VIEW_LOCKED | MOUNT_ATTR_NOEXEC,
                                        .mode = S_IFDIR,
                                    });
    if (result == 0)
        result = dp_view_grant(view, line->path,
                               LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR, S_IFDIR);
    return result;
}

int dp_view_of_policy(struct dp_view_steps *view)
{
    static int (*const by_kind[])(struct dp_view_steps *, const struct dp_view *) = {
        [DP_VIEW_SHOW] = show,
        [DP_VIEW_DIRECTORY] = directory,
        [DP_VIEW_DEVICE] = device,
        [DP_VIEW_PROC] = proc,
    };
    const struct dp_policy *policy = &view->setup->policy->policy;
    int result = 0;

    for (size_t i = 0; i < policy->view_count && result == 0; i++)
        result = by_kind[policy->views[i].kind](view, &policy->views[i]);
    return result;
}
