/* SPDX-License-Identifier: MIT */
/*
 * root.c - the box's file tree: an empty tmpfs of bounded size that holds only
 * what the plan names, and the way into it.
 *
 * The tmpfs is mounted over "/", where there always is a directory, filled by
 * paths relative to it, and made the root by pivot_root(".", "."); the host's
 * tree then lies below it and is detached. The root is read-only in the end;
 * the writable directories are mounts of the same tmpfs, so that its size is
 * the limit of all of them together; or of a tmpfs of their own, where the
 * policy gives them a size.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <sys/stat.h>

#define MS_REC_PRIVATE (0x4000 | (1 << 18))                               /* MS_REC | MS_PRIVATE */
#define UMOUNT_DETACH 2                                                   /* MNT_DETACH */
#define AT_RECURSIVE_CLONE (OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | 0x8000) /* AT_RECURSIVE */
#define COPY_BLOCK (1L << 30)

__attribute__((noreturn)) static void mount_failed(const struct child *child, long result,
                                                   uint32_t subject)
{
    child_fail(child, DUALPIPE_STEP_MOUNT, result, DUALPIPE_LAYER_MOUNT_NAMESPACE, subject);
}

/* A new tmpfs, owned by the uid that its maker writes files as. Returns its
 * mount's descriptor. */
static long make_tmpfs(const char *size, const char *inodes, const char *mode)
{
    long fs = raw2(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    long result;

    if (fs < 0)
        return fs;
    result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "size", size, 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "nr_inodes", inodes, 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "mode", mode, 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, 0, 0, 0);
    if (result == 0)
        result = raw3(SYS_fsmount, fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    raw1(SYS_close, fs);
    return result;
}

static long set_attributes(long fd, uint32_t attributes, unsigned flags)
{
    struct mount_attr attr = {.attr_set = attributes};

    return raw5(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | flags, &attr, sizeof(attr));
}

/* An empty file or directory to mount on. */
static long make_mount_point(const char *target, uint32_t mode)
{
    long fd;

    if (S_ISDIR(mode)) {
        long result = raw3(SYS_mkdirat, AT_FDCWD, target, 0755);

        return result == -EEXIST ? 0 : result;
    }
    fd = raw4(SYS_openat, AT_FDCWD, target, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
              0444);
    return fd < 0 ? fd : raw1(SYS_close, fd);
}

/* Attributes first, so that the tree never is visible without them. */
static long attach(long fd, const char *target, uint32_t attributes, unsigned flags)
{
    long result = set_attributes(fd, attributes, flags);

    if (result == 0)
        result = raw5(SYS_move_mount, fd, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
    raw1(SYS_close, fd);
    return result;
}

static long mount_tree(const struct child *child, const struct dp_mount_step *step)
{
    const char *target = child_text(child, step->target);
    long result = make_mount_point(target, step->mode);
    long fd = step->fd;

    if (result != 0)
        return result;
    if (fd < 0) /* recursive: what the host mounted below is locked to it */
        fd = raw3(SYS_open_tree, AT_FDCWD, child_text(child, step->source), AT_RECURSIVE_CLONE);
    if (fd < 0)
        return fd;
    return attach(fd, target, step->attributes, 0x8000 /* AT_RECURSIVE */);
}

static long mount_writable(const struct child *child, const struct dp_mount_step *step)
{
    const char *target = child_text(child, step->target);
    long result = raw3(SYS_mkdirat, AT_FDCWD, target, step->mode);
    long fd;

    if (result != 0)
        return result;
    fd = raw3(SYS_open_tree, AT_FDCWD, target, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (fd < 0)
        return fd;
    return attach(fd, target, step->attributes, 0);
}

static long mount_tmpfs(const struct child *child, const struct dp_mount_step *step)
{
    const long result =
        make_tmpfs(child_text(child, step->size), child_text(child, step->inodes), "0700");

    return result < 0 ? result
                      : attach(result, child_text(child, step->target), step->attributes, 0);
}

static long copy_file(const struct child *child, const struct dp_mount_step *step)
{
    long fd = raw4(SYS_openat, AT_FDCWD, child_text(child, step->target),
                   O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, step->mode & 07777);
    long offset = 0;
    long moved;

    if (fd < 0)
        return fd;
    do
        moved = raw4(SYS_sendfile, fd, step->fd, &offset, COPY_BLOCK);
    while (moved > 0 || moved == -EINTR);
    raw1(SYS_close, fd);
    raw1(SYS_close, step->fd);
    return moved;
}

static long mount_proc(const struct child *child, const struct dp_mount_step *step)
{
    const char *target = child_text(child, step->target);
    long result = make_mount_point(target, S_IFDIR);
    long fs;

    if (result != 0)
        return result;
    fs = raw2(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
    if (fs < 0)
        return fs;
    result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "hidepid", "invisible", 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "subset", "pid", 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, 0, 0, 0);
    if (result == 0)
        result = raw3(SYS_fsmount, fs, FSMOUNT_CLOEXEC, step->attributes);
    raw1(SYS_close, fs);
    return result < 0 ? result : attach(result, target, step->attributes, 0);
}

static long mount_step(const struct child *child, const struct dp_mount_step *step)
{
    const char *target = child_text(child, step->target);
    long result;

    if (child_spawns(child) && (step->kind == DP_MOUNT_WRITABLE || step->kind == DP_MOUNT_TMPFS))
        return make_mount_point(target, S_IFDIR); /* see child_attach_files() */
    switch (step->kind) {
    case DP_MOUNT_MKDIR:
        result = raw3(SYS_mkdirat, AT_FDCWD, target, step->mode);
        return result == -EEXIST ? 0 : result;
    case DP_MOUNT_SYMLINK:
        return raw3(SYS_symlinkat, child_text(child, step->source), AT_FDCWD, target);
    case DP_MOUNT_TREE:
        return mount_tree(child, step);
    case DP_MOUNT_WRITABLE:
        return mount_writable(child, step);
    case DP_MOUNT_TMPFS:
        result = raw3(SYS_mkdirat, AT_FDCWD, target, step->mode);
        return result == 0 ? mount_tmpfs(child, step) : result;
    case DP_MOUNT_COPY:
        return copy_file(child, step);
    case DP_MOUNT_PROC:
        return mount_proc(child, step);
    default:
        return -EINVAL;
    }
}

static void fill_root(const struct child *child)
{
    const struct dp_mount_step *steps =
        (const struct dp_mount_step *)(const void *)(child->base + child->plan->mounts);

    for (uint32_t i = 0; i < child->plan->mount_count; i++) {
        long result = mount_step(child, &steps[i]);

        if (result == 0)
            continue;
        child_fail(child,
                   steps[i].kind == DP_MOUNT_COPY ? DUALPIPE_STEP_COPY_FILE : DUALPIPE_STEP_MOUNT,
                   result, DUALPIPE_LAYER_MOUNT_NAMESPACE,
                   steps[i].source ? steps[i].source : steps[i].target);
    }
}

static void enter_root(const struct child *child, long root)
{
    long result = set_attributes(root, MOUNT_ATTR_RDONLY, 0); /* not its submounts */

    if (result == 0)
        result = raw2(SYS_pivot_root, ".", ".");
    if (result == 0) /* the old root lies on top of "." now */
        result = raw2(SYS_umount2, ".", UMOUNT_DETACH);
    if (result == 0)
        result = raw1(SYS_chdir, "/");
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_ENTER_ROOT, result, DUALPIPE_LAYER_MOUNT_NAMESPACE, 0);
    raw1(SYS_close, root);
}

void child_build_root(const struct child *child)
{
    long result;
    long root;

    if (!child_has(child, DUALPIPE_LAYER_MOUNT_NAMESPACE))
        return;
    /* First of all: nothing that is mounted here may show on the host. */
    result = raw5(SYS_mount, 0, "/", 0, MS_REC_PRIVATE, 0);
    if (result != 0)
        mount_failed(child, result, 0);
    root = make_tmpfs(child_text(child, child->plan->tmpfs_size),
                      child_text(child, child->plan->tmpfs_inodes), "0755");
    if (root < 0)
        mount_failed(child, root, 0);
    result = raw5(SYS_move_mount, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
    if (result == 0)
        result = raw1(SYS_fchdir, root);
    if (result != 0)
        mount_failed(child, result, 0);
    fill_root(child);
    enter_root(child, root);
}

long child_mount_scratch(const char *directory)
{
    const long fd = make_tmpfs("1m", "8", "0755");

    return fd < 0 ? fd : attach(fd, directory, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0);
}

/* New for each run, as are the other files. */
static long renew_tmpfs(const struct child *child, const struct dp_mount_step *step)
{
    long result;

    if (child->plan->spawn == DP_SPAWN_AGAIN) /* -EINVAL: there is none yet */
        raw2(SYS_umount2, child_text(child, step->target), UMOUNT_DETACH);
    child_write_as_target(child, 1);
    result = mount_tmpfs(child, step);
    child_write_as_target(child, 0);
    return result;
}

/* A number as the name of a directory: short, and each once. */
static void name_of(uint32_t number, char name[12])
{
    char digits[12];
    int count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (int i = 0; i < count; i++)
        name[i] = digits[count - 1 - i];
    name[count] = '\0';
}

/* A directory of the new tmpfs, at its place in the tree. Where that has one of
 * the run before, this one would lie over it: take it away first. */
static long attach_writable(const struct child *child, const struct dp_mount_step *step, int files,
                            uint32_t number)
{
    char name[12];
    const char *target = child_text(child, step->target);
    long fd;

    if (child->plan->spawn == DP_SPAWN_AGAIN)
        raw2(SYS_umount2, target, UMOUNT_DETACH); /* -EINVAL: there is none yet */
    name_of(number, name);
    fd = raw3(SYS_open_tree, files, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (fd < 0)
        return fd;
    return attach(fd, target, step->attributes, 0);
}

static const struct dp_mount_step *steps_of(const struct child *child)
{
    return (const struct dp_mount_step *)(const void *)(child->base + child->plan->mounts);
}

void child_write_as_target(const struct child *child, int as_target)
{
    const struct dp_plan *plan = child->plan;

    if (plan->spawn != DP_SPAWN_AGAIN)
        return;
    raw1(SYS_setfsgid, as_target ? plan->target_gid : plan->gid);
    raw1(SYS_setfsuid, as_target ? plan->target_uid : plan->uid);
}

long child_size_files(int files, const char *size, const char *inodes)
{
    const long fs = raw3(SYS_fspick, files, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
    long result;

    if (fs < 0)
        return fs;
    result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "size", size, 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "nr_inodes", inodes, 0);
    if (result == 0)
        result = raw5(SYS_fsconfig, fs, FSCONFIG_CMD_RECONFIGURE, 0, 0, 0);
    raw1(SYS_close, fs);
    return result;
}

int child_make_files(const struct child *child, const char *size, const char *inodes)
{
    const struct dp_mount_step *steps = steps_of(child);
    char name[12];
    long files;

    child_write_as_target(child, 1);
    files = make_tmpfs(size, inodes, "0755");
    if (files < 0)
        mount_failed(child, files, 0);
    for (uint32_t i = 0; i < child->plan->mount_count; i++) {
        long result = 0;

        name_of(i, name);
        if (steps[i].kind == DP_MOUNT_WRITABLE)
            result = raw3(SYS_mkdirat, files, name, steps[i].mode);
        if (result != 0)
            mount_failed(child, result, steps[i].target);
    }
    child_write_as_target(child, 0);
    return (int)files;
}

/* What a directory tells of those that have been at it. */
static long look_at(int files, const char *name, struct child_traces *traces)
{
    struct statx status;
    const long result =
        raw5(SYS_statx, files, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status);

    traces->times[0] = status.stx_atime;
    traces->times[1] = status.stx_mtime;
    traces->times[2] = status.stx_ctime;
    traces->mode = status.stx_mode;
    traces->links = status.stx_nlink;
    traces->attributes = status.stx_attributes;
    return result;
}

/* The numbers of inodes count up with each that is made, also of those that have
 * no name: one of ours tells how many others there were. */
static long next_inode(int files, uint64_t *number)
{
    struct statx status;
    const long fd = raw4(SYS_openat, files, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    long result;

    if (fd < 0)
        return fd;
    result = raw5(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_INO, &status);
    raw1(SYS_close, fd);
    *number = status.stx_ino;
    return result;
}

static bool is_same(const struct child_traces *one, const struct child_traces *other)
{
    for (int i = 0; i < 3; i++)
        if (one->times[i].tv_sec != other->times[i].tv_sec ||
            one->times[i].tv_nsec != other->times[i].tv_nsec)
            return false;
    return one->mode == other->mode && one->links == other->links &&
           one->attributes == other->attributes && one->names == other->names;
}

int child_files_are_untouched(const struct child *child, int files,
                              struct child_file_traces *traces)
{
    const struct dp_mount_step *steps = steps_of(child);
    const bool is_first = traces->count == 0;
    struct child_traces now;
    uint32_t count = 0;
    uint64_t inode = 0;
    char name[12];
    long result;

    for (uint32_t i = 0; i < child->plan->mount_count; i++) {
        if (steps[i].kind == DP_MOUNT_TMPFS) /* it is not looked at: it is made anew */
            return false;
        if (steps[i].kind != DP_MOUNT_WRITABLE)
            continue;
        name_of(i, name);
        if (count == CHILD_TRACES_MAX || look_at(files, name, &now) != 0)
            return false;
        /* Times tell no more than the clock's tick: what has no other trace, too. */
        now.names = raw3(SYS_listxattr, child_text(child, steps[i].target), 0, 0);
        if ((!is_first && !is_same(&now, &traces->directories[count])))
            return false;
        traces->directories[count++] = now;
    }
    child_write_as_target(child, 1);
    result = next_inode(files, &inode);
    child_write_as_target(child, 0);
    if (result != 0 || (!is_first && inode != traces->next_inode))
        return false;
    traces->count = count;
    traces->next_inode = inode + 1;
    return count > 0;
}

/* A nested run has a pid namespace of its own, and a /proc of it. */
void child_attach_files(const struct child *child, int files)
{
    const struct dp_mount_step *steps = steps_of(child);
    const bool is_nested = child->plan->spawn == DP_SPAWN_NESTED;

    for (uint32_t i = 0; i < child->plan->mount_count; i++) {
        long result = 0;

        if (steps[i].kind == DP_MOUNT_WRITABLE)
            result = attach_writable(child, &steps[i], files, i);
        else if (steps[i].kind == DP_MOUNT_TMPFS)
            result = renew_tmpfs(child, &steps[i]);
        else if (steps[i].kind == DP_MOUNT_PROC && is_nested)
            result = mount_proc(child, &steps[i]);
        if (result != 0)
            mount_failed(child, result, steps[i].target);
    }
}
