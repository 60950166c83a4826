/* SPDX-License-Identifier: MIT */
/*
 * view.c - the policy's and the job's view of the file system, turned into
 * steps for the child and into Landlock's grants.
 */
#include "descriptor.h"
#include "error.h"
#include "idmap.h"
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STEPS_MAX 384
#define GRANTS_MAX 192
#define RECURSIVE 0x8000U /* AT_RECURSIVE */

/* Of Landlock's later versions; Debian 12's header has version 2. */
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_BIND_TCP (1ULL << 0)
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_DIR LANDLOCK_ACCESS_FS_READ_DIR
#define EXECUTE LANDLOCK_ACCESS_FS_EXECUTE
#define OF_A_FILE (EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)
#define WRITABLE                                                                                   \
    (READ_FILE | READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE |                          \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                              \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |     \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_REFER)

/* A file costs the kernel memory that no limit counts, even an empty one. */
#define INODE_BYTES 16384
#define INODES_MIN 64
#define INODES_MAX 65536
#define PAGE_BYTES 4096

#define LOCKED (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

struct view {
    struct dp_setup *setup;
    struct dualpipe_error *error;
    struct dp_mount_step steps[STEPS_MAX];
    unsigned step_count;
    struct dp_landlock_step grants[GRANTS_MAX];
    unsigned grant_count;
    int64_t disk_left; /* of the disk limit, without the directories' own sizes */
};

static int fail(struct view *view, int errnum, const char *subject)
{
    return dp_fail(view->error, DUALPIPE_STEP_MOUNT, errnum, subject);
}

static const char *text_at(const struct view *view, uint32_t offset)
{
    return view->setup->block.bytes + offset;
}

/* Paths in the plan are relative to the new root. */
static uint32_t inside(struct view *view, const char *path)
{
    while (*path == '/')
        path++;
    return dp_block_text(&view->setup->block, path);
}

static int add_step(struct view *view, struct dp_mount_step step)
{
    if (view->setup->block.failed)
        return fail(view, ENOMEM, NULL);
    if (view->step_count == STEPS_MAX)
        return fail(view, E2BIG, text_at(view, step.target));
    if (step.kind != DP_MOUNT_MKDIR && step.kind != DP_MOUNT_SYMLINK && step.kind != DP_MOUNT_COPY)
        view->setup->mount_count++;
    view->steps[view->step_count++] = step;
    return 0;
}

static bool has_directory(const struct view *view, const char *path)
{
    for (unsigned i = 0; i < view->step_count; i++)
        if (view->steps[i].kind == DP_MOUNT_MKDIR &&
            strcmp(text_at(view, view->steps[i].target), path) == 0)
            return true;
    return false;
}

/* The directories above a path, each once. */
static int add_parents(struct view *view, const char *path)
{
    char directory[PATH_MAX];
    int result = 0;

    while (*path == '/')
        path++;
    for (const char *slash = strchr(path, '/'); slash && result == 0;
         slash = strchr(slash + 1, '/')) {
        snprintf(directory, sizeof(directory), "%.*s", (int)(slash - path), path);
        if (!has_directory(view, directory))
            result = add_step(view, (struct dp_mount_step){
                                        .kind = DP_MOUNT_MKDIR,
                                        .target = inside(view, directory),
                                        .fd = -1,
                                        .mode = 0755,
                                    });
    }
    return result;
}

static int add_grant(struct view *view, const char *path, uint64_t access, mode_t mode)
{
    if (view->grant_count == GRANTS_MAX)
        return fail(view, E2BIG, path);
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
static int detached_mount(struct view *view, const char *source)
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

static int add_tree(struct view *view, const char *source, const char *target, uint32_t attributes,
                    mode_t mode)
{
    int result = add_parents(view, target);

    if (result < 0)
        return result;
    return add_step(view, (struct dp_mount_step){
                              .kind = DP_MOUNT_TREE,
                              .target = inside(view, target),
                              .source = dp_block_text(&view->setup->block, source),
                              .fd = detached_mount(view, source),
                              .attributes = attributes,
                              .mode = mode,
                          });
}

static int add_symlink(struct view *view, const char *path)
{
    char to[PATH_MAX];
    const ssize_t length = readlink(path, to, sizeof(to) - 1);
    int result;

    if (length < 0)
        return fail(view, errno, path);
    to[length] = '\0';
    result = add_parents(view, path);
    if (result < 0)
        return result;
    return add_step(view, (struct dp_mount_step){
                              .kind = DP_MOUNT_SYMLINK,
                              .target = inside(view, path),
                              .source = dp_block_text(&view->setup->block, to),
                              .fd = -1,
                          });
}

static bool in_own_root(const struct view *view)
{
    return dp_setup_has(view->setup, DUALPIPE_LAYER_MOUNT_NAMESPACE);
}

static int show(struct view *view, const struct dp_view *line)
{
    const uint32_t attributes = LOCKED | (line->executable ? 0U : MOUNT_ATTR_NOEXEC);
    const uint64_t access = READ_FILE | READ_DIR | (line->executable ? EXECUTE : 0U);
    struct stat status;
    int result;

    if (strcmp(line->path, "/") == 0)
        return fail(view, EINVAL, "show /");
    if (lstat(line->path, &status) != 0) {
        if (errno == ENOENT && line->optional)
            return 0;
        result = fail(view, errno, line->path);
        dp_advise(view->error, "the policy shows it and this host has it not: mark it optional");
        return result;
    }
    if (in_own_root(view)) {
        if (S_ISLNK(status.st_mode)) /* the shown path that it leads to has its own grant */
            return add_symlink(view, line->path);
        result = add_tree(view, line->path, line->path, attributes, status.st_mode & S_IFMT);
        if (result < 0)
            return result;
    }
    return add_grant(view, line->path, access, status.st_mode);
}

/* As a tmpfs' options want it. 0 is its word for "no limit". */
static uint32_t amount_text(struct view *view, int64_t amount)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld", amount == DUALPIPE_UNLIMITED ? 0LL : (long long)amount);
    return dp_block_text(&view->setup->block, text);
}

static int64_t inodes_for(int64_t bytes)
{
    const int64_t inodes = bytes / INODE_BYTES;

    if (inodes < INODES_MIN)
        return INODES_MIN;
    return inodes < INODES_MAX ? inodes : INODES_MAX;
}

/* A size of its own is a part of the disk limit. */
static int take_from_disk(struct view *view, const struct dp_view *line)
{
    if (view->disk_left == DUALPIPE_UNLIMITED)
        return 0;
    if (line->size_bytes > view->disk_left) {
        fail(view, ENOSPC, line->path);
        dp_advise(view->error,
                  "the policy gives it %lld bytes of its own, %lld are left of the "
                  "disk limit (never more than the memory limit): raise both",
                  (long long)line->size_bytes, (long long)view->disk_left);
        return -ENOSPC;
    }
    view->disk_left -= line->size_bytes;
    return 0;
}

static int directory(struct view *view, const struct dp_view *line)
{
    struct dp_mount_step step = {
        .kind = line->size_bytes > 0 ? DP_MOUNT_TMPFS : DP_MOUNT_WRITABLE,
        .fd = -1,
        .attributes =
            MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (line->executable ? 0U : MOUNT_ATTR_NOEXEC),
        .mode = 0700,
    };
    int result;

    if (!in_own_root(view))
        return 0;
    if (line->size_bytes > 0 && view->setup->spawn != DP_SPAWN_NONE) {
        fail(view, EOPNOTSUPP, line->path);
        dp_advise(view->error, "a warm box cannot empty a directory with a size of its own: use "
                               "new boxes, or a policy without");
        return -EOPNOTSUPP;
    }
    result = take_from_disk(view, line);
    if (result == 0)
        result = add_parents(view, line->path);
    if (result < 0)
        return result;
    step.target = inside(view, line->path);
    if (step.kind == DP_MOUNT_TMPFS) {
        step.size = amount_text(view, line->size_bytes);
        step.inodes = amount_text(view, inodes_for(line->size_bytes));
    }
    result = add_step(view, step);
    if (result == 0)
        result = add_grant(view, line->path, WRITABLE | (line->executable ? EXECUTE : 0U), S_IFDIR);
    return result;
}

static int device(struct view *view, const struct dp_view *line)
{
    struct stat status;

    if (stat(line->path, &status) != 0)
        return line->optional && errno == ENOENT ? 0 : fail(view, errno, line->path);
    if (!S_ISCHR(status.st_mode))
        return fail(view, ENODEV, line->path);
    if (in_own_root(view)) {
        int result = add_tree(view, line->path, line->path,
                              MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, S_IFREG);

        if (result < 0)
            return result;
    }
    return add_grant(view, line->path, READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE, S_IFCHR);
}

static int proc(struct view *view, const struct dp_view *line)
{
    int result;

    if (!in_own_root(view))
        return 0;
    result = add_parents(view, line->path);
    if (result == 0)
        result = add_step(view, (struct dp_mount_step){
                                    .kind = DP_MOUNT_PROC,
                                    .target = inside(view, line->path),
                                    .fd = -1,
                                    .attributes = LOCKED | MOUNT_ATTR_NOEXEC,
                                    .mode = S_IFDIR,
                                });
    if (result == 0)
        result = add_grant(view, line->path, READ_FILE | READ_DIR, S_IFDIR);
    return result;
}

static int policy_lines(struct view *view)
{
    static int (*const by_kind[])(struct view *, const struct dp_view *) = {
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

/* What may be shown writable: a directory of the caller's, or, for root, any but
 * root's own: the target could leave a set-uid file of that owner there. */
static int check_writable(struct view *view, const struct dualpipe_bind *bind,
                          const struct stat *status)
{
    const struct dp_identity *identity = &view->setup->identity;

    if (!S_ISDIR(status->st_mode))
        return fail(view, ENOTDIR, bind->host);
    if (status->st_uid == 0) {
        fail(view, EPERM, bind->host);
        dp_advise(view->error, "a directory of uid 0 is never shown writable, as a set-uid file "
                               "could be left there: take files out with --collect");
        return -EPERM;
    }
    if (!identity->is_private && status->st_uid != identity->uid) {
        fail(view, EPERM, bind->host);
        dp_advise(view->error, "only a directory of your own can be shown writable");
        return -EPERM;
    }
    return 0;
}

/* As root: what is shown belongs to the box's user inside. Where the file system
 * cannot do that, what all may read can still be read. */
static int own_by_box(struct view *view, const struct dualpipe_bind *bind, int mount_fd,
                      const struct stat *status)
{
    int result;

    if (mount_fd < 0)
        return bind->writable ? fail(view, EPERM, bind->host) : 0;
    result = dp_idmap_mount(mount_fd, status, &view->setup->identity);
    if (result == 0)
        return 0;
    if (!bind->writable && (status->st_mode & (S_ISDIR(status->st_mode) ? 05 : 04)) != 0)
        return 0;
    fail(view, -result, bind->host);
    dp_advise(view->error, "its file system cannot show it as the box's own: copy it to one that "
                           "can (ext4, xfs, btrfs), or run as its owner");
    return result;
}

static int check_bind(struct view *view, const struct dualpipe_bind *bind, const char *target,
                      const struct stat *status)
{
    const size_t length = strlen(target);

    if (target[0] != '/' || length < 2 || length >= PATH_MAX || strstr(target, "/../") ||
        (length > 3 && strcmp(target + length - 3, "/..") == 0))
        return fail(view, EINVAL, target);
    if (!S_ISDIR(status->st_mode) && !S_ISREG(status->st_mode))
        return fail(view, EINVAL, bind->host);
    return bind->writable ? check_writable(view, bind, status) : 0;
}

static int bind_line(struct view *view, const struct dualpipe_bind *bind)
{
    char host[PATH_MAX];
    struct stat status;
    const char *target = bind->inside ? bind->inside : host;
    uint32_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    int result;

    if (!in_own_root(view))
        return fail(view, EINVAL, bind->host);
    if (!realpath(bind->host, host) || stat(host, &status) != 0)
        return fail(view, errno, bind->host);
    result = check_bind(view, bind, target, &status);
    if (result < 0)
        return result;
    /* What it can write, it must not execute. */
    attributes |= bind->writable ? MOUNT_ATTR_NOEXEC : MOUNT_ATTR_RDONLY;
    result = add_tree(view, host, target, attributes, status.st_mode & S_IFMT);
    if (result == 0 && view->setup->identity.is_private)
        result = own_by_box(view, bind, view->steps[view->step_count - 1].fd, &status);
    if (result < 0)
        return result;
    return add_grant(view, target, bind->writable ? WRITABLE : READ_FILE | READ_DIR | EXECUTE,
                     status.st_mode);
}

static int add_copy(struct view *view, const char *target, int fd, mode_t mode)
{
    int result = add_parents(view, target);

    if (result == 0)
        result = add_step(view, (struct dp_mount_step){
                                    .kind = DP_MOUNT_COPY,
                                    .target = inside(view, target),
                                    .fd = fd,
                                    .mode = mode,
                                });
    return result;
}

static int program_line(struct view *view)
{
    struct dp_setup *setup = view->setup;
    const struct dp_program *program = &setup->program;
    int result = 0;

    if (setup->job->function || setup->spawn != DP_SPAWN_NONE)
        return 0;
    if (program->is_copied)
        result = add_copy(view, program->inside, program->fd, 0555);
    else if (!program->is_shown)
        result = add_tree(view, program->host, program->inside, LOCKED, S_IFREG);
    if (result < 0)
        return result;
    return add_grant(view, program->inside, READ_FILE | EXECUTE, S_IFREG);
}

/* A descriptor with the file's contents, for the child to copy. */
static int open_file(struct view *view, const struct dualpipe_file *file)
{
    struct stat status;
    int fd;

    if (!file->host)
        fd = dp_descriptor_memory("dualpipe-file", file->data ? file->data : "",
                                  file->data ? file->size : 0, false);
    else
        fd = open(file->host, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(view, file->host ? errno : -fd, file->host ? file->host : file->name);
    fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return fail(view, -fd, file->name);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        fail(view, EINVAL, file->host);
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

static int file_line(struct view *view, const struct dualpipe_file *file)
{
    struct dp_setup *setup = view->setup;
    const char *directory_inside =
        setup->job->directory ? setup->job->directory : setup->policy->policy.directory;
    char target[PATH_MAX];
    struct stat status;
    mode_t mode = 0644;
    int fd;

    if (!file->name || !dp_view_is_plain(file->name))
        return fail(view, EINVAL, file->name ? file->name : "file without a name");
    if (!in_own_root(view))
        return fail(view, EINVAL, file->name);
    if (setup->fd_count == DP_SETUP_FDS)
        return fail(view, E2BIG, file->name);
    if (strlen(directory_inside) + strlen(file->name) + 2 > sizeof(target))
        return fail(view, ENAMETOOLONG, file->name);
    snprintf(target, sizeof(target), "%s/%s", directory_inside, file->name);
    fd = open_file(view, file);
    if (fd < 0)
        return fd;
    setup->fds[setup->fd_count++] = fd;
    if (file->host && fstat(fd, &status) == 0 && (status.st_mode & 0111) != 0)
        mode = 0755;
    return add_copy(view, target, fd, mode);
}

static int job_lines(struct view *view)
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

/* Symbolic links last: nothing may be made through one, for an absolute one
 * would lead out of the root that is being built. */
static void links_last(struct view *view)
{
    struct dp_mount_step sorted[STEPS_MAX] = {{0}};
    unsigned count = 0;

    for (int links = 0; links <= 1; links++)
        for (unsigned i = 0; i < view->step_count; i++)
            if ((view->steps[i].kind == DP_MOUNT_SYMLINK) == links)
                sorted[count++] = view->steps[i];
    memcpy(view->steps, sorted, count * sizeof(sorted[0]));
}

int dp_landlock_version(void)
{
    const long version =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

    return version < 0 ? 0 : (int)version;
}

static void handle_rights(struct dp_plan *plan, int version)
{
    plan->landlock_fs = (1ULL << 13) - 1;
    if (version >= 2)
        plan->landlock_fs |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        plan->landlock_fs |= FS_TRUNCATE;
    if (version >= 4)
        plan->landlock_net = NET_BIND_TCP | NET_CONNECT_TCP;
    if (version >= 5)
        plan->landlock_fs |= FS_IOCTL_DEV;
    if (version >= 6)
        plan->landlock_scope = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
}

void dp_view_size(char size[24], char inodes[24], int64_t disk_bytes, unsigned own_inodes)
{
    const bool is_bounded = disk_bytes != DUALPIPE_UNLIMITED;

    snprintf(size, 24, "%lld", is_bounded ? (long long)disk_bytes : 0LL);
    snprintf(inodes, 24, "%lld", is_bounded ? (long long)inodes_for(disk_bytes) + own_inodes : 0LL);
}

/* What the directories' own sizes leave, and what we put there ourselves. A size
 * of 0 would be none at all: where nothing is left, it is one page. */
static void size_root(struct view *view, struct dp_plan *plan)
{
    struct dp_setup *setup = view->setup;
    int64_t disk = view->disk_left;
    char size[24];
    char inodes[24];

    if (setup->program.is_copied && disk != DUALPIPE_UNLIMITED)
        disk += setup->program.size_bytes + PAGE_BYTES;
    dp_view_size(size, inodes, disk == 0 ? PAGE_BYTES : disk, view->step_count);
    plan->tmpfs_size = dp_block_text(&setup->block, size);
    plan->tmpfs_inodes = dp_block_text(&setup->block, inodes);
}

int dp_view_plan(struct dp_setup *setup, struct dp_plan *plan, struct dualpipe_error *error)
{
    struct view view;
    int result;

    view.setup = setup;
    view.error = error;
    view.step_count = 0;
    view.grant_count = 0;
    view.disk_left = setup->limits.disk_bytes;
    result = policy_lines(&view);
    if (result == 0)
        result = job_lines(&view);
    if (result < 0)
        return result;
    links_last(&view);
    handle_rights(plan, dp_landlock_version());
    for (unsigned i = 0; i < view.grant_count; i++)
        view.grants[i].access &= plan->landlock_fs;
    size_root(&view, plan);
    plan->mounts = dp_block_put(&setup->block, view.steps, view.step_count * sizeof(view.steps[0]));
    plan->mount_count = view.step_count;
    plan->landlock =
        dp_block_put(&setup->block, view.grants, view.grant_count * sizeof(view.grants[0]));
    plan->landlock_count = view.grant_count;
    return setup->block.failed ? fail(&view, ENOMEM, NULL) : 0;
}
