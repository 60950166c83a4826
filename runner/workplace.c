/* SPDX-License-Identifier: MIT */
/* workplace.c - see workplace.h. */
#include "workplace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_AT_ONCE 16

void workplace_init(struct workplace *workplace, const char *kind)
{
    *workplace = (struct workplace){.kind = kind, .fd = -1};
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    (void)remove(path);
    return 0;
}

/* What lies there was made by the library, from regular files and directories
 * alone; links, should there be any, are removed and not followed. */
void directory_remove(const char *path)
{
    (void)nftw(path, remove_entry, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* A directory of ours that nobody has locked belongs to nobody any more. */
static void remove_if_left(const char *directory, int directory_fd, const char *name)
{
    struct stat status;
    char path[PATH_MAX];
    int fd = openat(directory_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return;
    if (fstat(fd, &status) == 0 && status.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path))
        directory_remove(path);
    (void)close(fd);
}

static void remove_left_ones(const char *directory, const char *kind)
{
    DIR *stream = opendir(directory);
    const struct dirent *entry;

    if (!stream)
        return;
    while ((entry = readdir(stream)) != NULL) {
        if (strncmp(entry->d_name, kind, strlen(kind)) == 0)
            remove_if_left(directory, dirfd(stream), entry->d_name);
    }
    (void)closedir(stream);
}

/* Between its making and its locking another command may take it for left behind:
 * then it is made again. */
static int make_locked(struct workplace *workplace, const char *directory)
{
    struct stat made;
    struct stat named;

    for (;;) {
        if (snprintf(workplace->path, sizeof(workplace->path), "%s/%sXXXXXX", directory,
                     workplace->kind) >= (int)sizeof(workplace->path)) {
            errno = ENAMETOOLONG;
            return -1;
        }
        if (!mkdtemp(workplace->path))
            return -1;
        workplace->fd = open(workplace->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (workplace->fd < 0 && errno != ENOENT) {
            const int errnum = errno;

            (void)rmdir(workplace->path);
            errno = errnum;
            return -1;
        }
        if (workplace->fd >= 0 && flock(workplace->fd, LOCK_EX) == 0 &&
            fstat(workplace->fd, &made) == 0 && lstat(workplace->path, &named) == 0 &&
            made.st_ino == named.st_ino && made.st_dev == named.st_dev)
            return 0;
        if (workplace->fd >= 0)
            (void)close(workplace->fd);
        workplace->fd = -1;
    }
}

int workplace_begin(struct workplace *workplace)
{
    const char *directory = getenv("TMPDIR");

    if (workplace->path[0])
        return 0;
    if (!directory || directory[0] != '/')
        directory = "/tmp";
    remove_left_ones(directory, workplace->kind);
    if (make_locked(workplace, directory) == 0)
        return 0;
    workplace->path[0] = '\0';
    return -errno;
}

char *workplace_make(struct workplace *workplace, const char *name)
{
    char *path;

    if (workplace_begin(workplace) < 0 || asprintf(&path, "%s/%s", workplace->path, name) < 0)
        return NULL;
    if (mkdir(path, 0700) == 0)
        return path;
    free(path);
    return NULL;
}

void workplace_remove(struct workplace *workplace)
{
    if (workplace->fd >= 0) /* first: to look into the directory takes one */
        (void)close(workplace->fd);
    if (workplace->path[0])
        directory_remove(workplace->path);
    workplace_init(workplace, workplace->kind);
}
