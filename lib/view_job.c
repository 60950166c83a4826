/* SPDX-License-Identifier: MIT */
/*
 * view_job.c - what a job adds to its policy's view, as steps and grants: binds,
 * the program, files.
 */
#include "descriptor.h"
#include "idmap.h"
#include "view_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What may be shown writable: a directory of the caller's, or, for root, any but
 * root's own: the target could leave a set-uid file of that owner there. */
static int check_writable(struct dp_view_steps *view, const struct dualpipe_bind *bind,
                          const struct stat *status)
{
    const struct dp_identity *identity = &view->setup->identity;

    if (!S_ISDIR(status->st_mode))
        return dp_view_fail(view, ENOTDIR, bind->host);
    if (status->st_uid == 0) {
        dp_view_fail(view, EPERM, bind->host);
        dp_advise(view->error, "a directory of uid 0 is never shown writable, as a set-uid file "
                               "could be left there: take files out with --collect");
        return -EPERM;
    }
    if (identity->is_subordinate) {
        dp_view_fail(view, EPERM, bind->host);
        dp_advise(view->error, "targets of a box that is used again have another uid than its "
                               "owner: ask for fresh boxes");
        return -EPERM;
    }
    if (!identity->is_private && status->st_uid != identity->uid) {
        dp_view_fail(view, EPERM, bind->host);
        dp_advise(view->error, "only a directory of your own can be shown writable");
        return -EPERM;
    }
    return 0;
}

/* As root: what is shown belongs to the box's user inside. Where the file system
 * cannot do that, what all may read can still be read. */
static int own_by_box(struct dp_view_steps *view, const struct dualpipe_bind *bind, int mount_fd,
                      const struct stat *status)
{
    int result;

    if (mount_fd < 0)
        return bind->writable ? dp_view_fail(view, EPERM, bind->host) : 0;
    result = dp_idmap_mount(mount_fd, status, &view->setup->identity);
    if (result == 0)
        return 0;
    if (!bind->writable && (status->st_mode & (S_ISDIR(status->st_mode) ? 05 : 04)) != 0)
        return 0;
    dp_view_fail(view, -result, bind->host);
    dp_advise(view->error, "its file system cannot show it as the box's own: copy it to one that "
                           "can (ext4, xfs, btrfs), or run as its owner");
    return result;
}

/* With a subordinate uid: what all may read is all that it can read. */
static int check_readable(struct dp_view_steps *view, const struct dualpipe_bind *bind,
                          const struct stat *status)
{
    const mode_t wanted = S_ISDIR(status->st_mode) ? 05 : 04;

    if ((status->st_mode & wanted) == wanted)
        return 0;
    dp_view_fail(view, EACCES, bind->host);
    dp_advise(view->error, "targets of a box that is used again have another uid than its owner: "
                           "let all users read it, or ask for fresh boxes");
    return -EACCES;
}

static int check_bind(struct dp_view_steps *view, const struct dualpipe_bind *bind,
                      const char *target, const struct stat *status)
{
    const size_t length = strlen(target);

    if (target[0] != '/' || length < 2 || length >= PATH_MAX || strstr(target, "/../") ||
        (length > 3 && strcmp(target + length - 3, "/..") == 0))
        return dp_view_fail(view, EINVAL, target);
    if (!S_ISDIR(status->st_mode) && !S_ISREG(status->st_mode))
        return dp_view_fail(view, EINVAL, bind->host);
    if (bind->writable)
        return check_writable(view, bind, status);
    return view->setup->identity.is_subordinate ? check_readable(view, bind, status) : 0;
}

static int bind_line(struct dp_view_steps *view, const struct dualpipe_bind *bind)
{
    char host[PATH_MAX];
    struct stat status;
    const char *target = bind->inside ? bind->inside : host;
    uint32_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    int result;

    if (!dp_view_in_own_root(view))
        return dp_view_fail(view, EINVAL, bind->host);
    if (!realpath(bind->host, host) || stat(host, &status) != 0)
        return dp_view_fail(view, errno, bind->host);
    result = check_bind(view, bind, target, &status);
    if (result < 0)
        return result;
    /* What it can write, it must not execute. */
    attributes |= bind->writable ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_RDONLY;
    result = dp_view_tree(view, host, target, attributes, status.st_mode & S_IFMT);
    if (result == 0 && view->setup->identity.is_private)
        result = own_by_box(view, bind, view->steps[view->step_count - 1].fd, &status);
    if (result < 0)
        return result;
    return dp_view_grant(view, target,
                         bind->writable
                             ? DP_VIEW_WRITABLE
                             : LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                   LANDLOCK_ACCESS_FS_EXECUTE,
                         status.st_mode);
}

static int add_copy(struct dp_view_steps *view, const char *target, int fd, mode_t mode)
{
    int result = dp_view_parents(view, target);

    if (result == 0)
        result = dp_view_step(view, (struct dp_mount_step){
                                        .kind = DP_MOUNT_COPY,
                                        .target = dp_view_inside(view, target),
                                        .fd = fd,
                                        .mode = mode,
                                    });
    return result;
}

static int program_line(struct dp_view_steps *view)
{
    struct dp_setup *setup = view->setup;
    const struct dp_program *program = &setup->program;
    int result = 0;

    if (setup->job->function || setup->spawn != DP_SPAWN_NONE)
        return 0;
    if (program->is_copied)
        result = add_copy(view, program->inside, program->fd, 0555);
    else if (!program->is_shown)
        result = dp_view_tree(view, program->host, program->inside, DP_VIEW_LOCKED, S_IFREG);
    if (result < 0)
        return result;
    return dp_view_grant(view, program->inside,
                         LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE, S_IFREG);
}

/* A descriptor with the file's contents, for the child to copy. */
static int open_file(struct dp_view_steps *view, const struct dualpipe_file *file)
{
    struct stat status;
    int fd;

    if (!file->host)
        fd = dp_descriptor_memory("dualpipe-file", file->data ? file->data : "",
                                  file->data ? file->size : 0, false);
    else
        fd = open(file->host, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return dp_view_fail(view, file->host ? errno : -fd, file->host ? file->host : file->name);
    fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return dp_view_fail(view, -fd, file->name);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        dp_view_fail(view, EINVAL, file->host);
        dp_advise(view->error, "only a regular file can be given to the box");
        return -EINVAL;
    }
    return fd;
}

/* Slashes lead down, never up, and name something each. */
bool dp_view_is_plain(const char *name)
{
    size_t length;

    do {
        length = strcspn(name, "/");
        if (length == 0 || (length == 1 && name[0] == '.') ||
            (length == 2 && memcmp(name, "..", 2) == 0))
            return false;
        name += length;
    } while (*name++ == '/');
    return true;
}

static int file_line(struct dp_view_steps *view, const struct dualpipe_file *file)
{
    struct dp_setup *setup = view->setup;
    const char *directory_inside =
        setup->job->directory ? setup->job->directory : setup->policy->policy.directory;
    char target[PATH_MAX];
    struct stat status;
    mode_t mode = 0644;
    int fd;

    if (!file->name || !dp_view_is_plain(file->name))
        return dp_view_fail(view, EINVAL, file->name ? file->name : "file without a name");
    if (!dp_view_in_own_root(view))
        return dp_view_fail(view, EINVAL, file->name);
    if (setup->fd_count == DP_SETUP_FDS)
        return dp_view_fail(view, E2BIG, file->name);
    if (strlen(directory_inside) + strlen(file->name) + 2 > sizeof(target))
        return dp_view_fail(view, ENAMETOOLONG, file->name);
    snprintf(target, sizeof(target), "%s/%s", directory_inside, file->name);
    fd = open_file(view, file);
    if (fd < 0)
        return fd;
    setup->fds[setup->fd_count++] = fd;
    if (file->host && fstat(fd, &status) == 0 && (status.st_mode & 0111) != 0)
        mode = 0755;
    return add_copy(view, target, fd, mode);
}

int dp_view_of_job(struct dp_view_steps *view)
{
    const struct dualpipe_job *job = view->setup->job;
    int result = 0;

    for (size_t i = 0; i < job->bind_count && result == 0; i++)
        result = bind_line(view, &job->binds[i]);
    if (result == 0)
        result = program_line(view);
    for (size_t i = 0; i < job->file_count && result == 0; i++)
        result = file_line(view, &job->files[i]);
    return result;
}
