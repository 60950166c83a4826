/* SPDX-License-Identifier: MIT */
/*
 * view_steps.c - steps and grants of a view of the file system, added one by one.
 */
#include "view_steps.h"

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RECURSIVE 0x8000U /* AT_RECURSIVE */
#define OF_A_FILE                                                                                  \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |   \
     DP_LANDLOCK_FS_TRUNCATE | DP_LANDLOCK_FS_IOCTL_DEV)

/* A file costs the kernel memory that no limit counts, even an empty one. */
#define INODE_BYTES 16384
#define INODES_MIN 64
#define INODES_MAX 65536

int dp_view_fail(struct dp_view_steps *view, int errnum, const char *subject)
{
    return dp_fail(view->error, DUALPIPE_STEP_MOUNT, errnum, subject);
}

static const char *text_at(const struct dp_view_steps *view, uint32_t offset)
{
    return view->setup->block.bytes + offset;
}

/* Paths in the plan are relative to the new root. */
uint32_t dp_view_inside(struct dp_view_steps *view, const char *path)
{
    while (*path == '/')
        path++;
    return dp_block_text(&view->setup->block, path);
}

int dp_view_step(struct dp_view_steps *view, struct dp_mount_step step)
{
    if (view->setup->block.failed)
        return dp_view_fail(view, ENOMEM, NULL);
    if (view->step_count == DP_VIEW_STEPS)
        return dp_view_fail(view, E2BIG, text_at(view, step.target));
    if (step.kind != DP_MOUNT_MKDIR && step.kind != DP_MOUNT_SYMLINK && step.kind != DP_MOUNT_COPY)
        view->setup->mount_count++;
    view->steps[view->step_count++] = step;
    return 0;
}

static bool has_directory(const struct dp_view_steps *view, const char *path)
{
    for (unsigned i = 0; i < view->step_count; i++)
        if (view->steps[i].kind == DP_MOUNT_MKDIR &&
            strcmp(text_at(view, view->steps[i].target), path) == 0)
            return true;
    return false;
}

/* The directories above a path, each once. */
int dp_view_parents(struct dp_view_steps *view, const char *path)
{
    char directory[PATH_MAX];
    int result = 0;

    while (*path == '/')
        path++;
    for (const char *slash = strchr(path, '/'); slash && result == 0;
         slash = strchr(slash + 1, '/')) {
        snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
        if (!has_directory(view, directory))
            result = dp_view_step(view, (struct dp_mount_step){
                                            .kind = DP_MOUNT_MKDIR,
                                            .target = dp_view_inside(view, directory),
                                            .fd = -1,
                                            .mode = 0755,
                                        });
    }
    return result;
}

int dp_view_grant(struct dp_view_steps *view, const char *path, uint64_t access, mode_t mode)
{
    if (view->grant_count == DP_VIEW_GRANTS)
        return dp_view_fail(view, E2BIG, path);
    view->grants[view->grant_count++] = (struct dp_landlock_step){
        .path = dp_block_text(&view->setup->block, path),
        .access = S_ISDIR(mode) ? access : access & OF_A_FILE,
    };
    return 0;
}

/*
 * As root, a detached mount made here, with all of root's ways to the path:
 * the box's own user may have none. -1 where the box has to find it itself.
 */
static int detached_mount(struct dp_view_steps *view, const char *source)
{
    struct dp_setup *setup = view->setup;
    int fd;

    if (!setup->identity.is_private || setup->fd_count == DP_SETUP_FDS)
        return -1;
    fd = (int)syscall(SYS_open_tree, AT_FDCWD, source,
                      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | RECURSIVE);
    if (fd < 0)
        return -1;
    fd = dp_descriptor_raise(fd);
    if (fd >= 0)
        setup->fds[setup->fd_count++] = fd;
    return fd < 0 ? -1 : fd;
}

int dp_view_tree(struct dp_view_steps *view, const char *source, const char *target,
                 uint32_t attributes, mode_t mode)
{
    int result = dp_view_parents(view, target);

    if (result < 0)
        return result;
    return dp_view_step(view, (struct dp_mount_step){
                                  .kind = DP_MOUNT_TREE,
                                  .target = dp_view_inside(view, target),
                                  .source = dp_block_text(&view->setup->block, source),
                                  .fd = detached_mount(view, source),
                                  .attributes = attributes,
                                  .mode = mode,
                              });
}

bool dp_view_in_own_root(const struct dp_view_steps *view)
{
    return dp_setup_has(view->setup, DUALPIPE_LAYER_MOUNT_NAMESPACE);
}

int64_t dp_view_inodes(int64_t bytes)
{
    const int64_t inodes = bytes / INODE_BYTES;

    if (inodes < INODES_MIN)
        return INODES_MIN;
    return inodes < INODES_MAX ? inodes : INODES_MAX;
}
