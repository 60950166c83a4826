/* SPDX-License-Identifier: MIT */
/*
 * collect_tree.c - take a directory with all beneath it out of a dead box.
 *
 * Only directories and regular files are made anew outside, with our own modes
 * and owner. Links, FIFOs, sockets and what cannot be opened are left behind and
 * counted. The target chose the names, the depth and the number of all this: each
 * is bounded, and a name is only ever used beneath a descriptor.
 */
#include "collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 32
#define ENTRIES_MAX 4096

struct tree {
    int process_fd; /* as of dp_collect_open() */
    int64_t bytes_left;
    int64_t entries_left;
    int64_t bytes;
    int64_t skipped;
};

static int copy_level(struct tree *tree, int from, int to, unsigned depth);

/* Made for the owner alone, then opened to be shown in another box. */
static int copy_directory(struct tree *tree, int from, int to, const char *name, unsigned depth)
{
    int below;
    int result;

    if (depth == DEPTH_MAX)
        return -E2BIG;
    if (mkdirat(to, name, 0700) < 0 && errno != EEXIST)
        return -errno;
    below = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0)
        return -errno;
    result = copy_level(tree, from, below, depth + 1);
    if (result == 0 && fchmod(below, 0755) < 0)
        result = -errno;
    close(below);
    return result;
}

static int copy_regular(struct tree *tree, int from, int to, const char *name,
                        const struct stat *status)
{
    int64_t copied;
    int fd;

    if (status->st_size > tree->bytes_left)
        return -EFBIG;
    fd = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    copied = dp_collect_copy(from, fd, tree->bytes_left);
    if (copied >= 0 && fchmod(fd, status->st_mode & 0111 ? 0755 : 0644) < 0)
        copied = -errno;
    if (close(fd) < 0 && copied >= 0 && errno != EINTR)
        copied = -errno;
    if (copied < 0)
        return (int)copied;
    tree->bytes_left -= copied;
    tree->bytes += copied;
    return 0;
}

/* Not even looked at: what is in a directory of the target's own. Opening a FIFO or
 * a device there does nothing: without waiting, and on a file system without devices. */
static bool may_be_taken(const struct tree *tree, int directory, const char *name)
{
    struct stat status;

    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == EACCES && tree->process_fd >= 0;
    return S_ISDIR(status.st_mode) || S_ISREG(status.st_mode);
}

static int copy_entry(struct tree *tree, int directory, int to, const char *name, unsigned depth)
{
    struct stat status;
    int result = 0;
    int fd;

    if (tree->entries_left-- <= 0)
        return -E2BIG;
    if (!may_be_taken(tree, directory, name)) {
        tree->skipped++;
        return 0;
    }
    fd = dp_collect_open(directory, name, tree->process_fd);
    if (fd < 0) { /* without permission, or on another file system */
        tree->skipped++;
        return 0;
    }
    if (fstat(fd, &status) < 0)
        result = -errno;
    else if (S_ISDIR(status.st_mode))
        result = copy_directory(tree, fd, to, name, depth);
    else if (S_ISREG(status.st_mode))
        result = copy_regular(tree, fd, to, name, &status);
    else
        tree->skipped++;
    close(fd);
    return result;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int copy_level(struct tree *tree, int from, int to, unsigned depth)
{
    const int own = fcntl(from, F_DUPFD_CLOEXEC, 3);
    const struct dirent *entry;
    int result = 0;
    DIR *listing;

    if (own < 0)
        return -errno;
    listing = fdopendir(own);
    if (!listing) {
        close(own);
        return -ENOMEM;
    }
    for (errno = 0; result == 0 && (entry = readdir(listing)); errno = 0)
        if (!is_dots(entry->d_name))
            result = copy_entry(tree, from, to, entry->d_name, depth);
    if (result == 0 && errno != 0)
        result = -errno;
    closedir(listing);
    return result;
}

int64_t dp_collect_tree(int from, const struct dualpipe_collect *collect, int64_t max_bytes,
                        int process_fd)
{
    struct tree tree = {
        .process_fd = process_fd,
        .bytes_left = max_bytes,
        .entries_left = collect->max_entries > 0 ? collect->max_entries : ENTRIES_MAX,
    };
    const int result = copy_level(&tree, from, collect->fd, 0);

    if (collect->skipped)
        *collect->skipped = tree.skipped;
    return result < 0 ? result : tree.bytes;
}
