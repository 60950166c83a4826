/* SPDX-License-Identifier: MIT */
/* output.c - one file or descriptor that the command line names to write to. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static void look_at(struct output *output)
{
    struct stat status;

    if (fstat(output->fd, &status) < 0)
        return;
    output->is_regular = S_ISREG(status.st_mode);
    output->device = status.st_dev;
    output->inode = status.st_ino;
}

int output_open(struct output *output, const char *option, const char *path, bool for_reading)
{
    int flags = for_reading ? O_RDONLY : O_WRONLY | O_CREAT;

    *output = (struct output){.option = option, .path = path, .is_ours = true};
    output->fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    if (output->fd < 0)
        return -errno;
    look_at(output);
    return 0;
}

void output_adopt(struct output *output, const char *option, const char *path, int fd)
{
    *output = (struct output){.option = option, .path = path, .fd = fd};
    look_at(output);
}

int output_empty(const struct output *output)
{
    if (output->fd < 0 || !output->is_ours || !output->is_regular)
        return 0;
    return ftruncate(output->fd, 0) < 0 ? -errno : 0;
}

bool output_is_same(const struct output *one, const struct output *other)
{
    return one->fd >= 0 && other->fd >= 0 && one->is_regular && other->is_regular &&
           one->device == other->device && one->inode == other->inode;
}

/* Returns the bytes written, or a negative errno value. A descriptor of the
 * caller's may be non-blocking. */
static ssize_t write_some(int fd, const char *text, size_t size)
{
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        ssize_t written = write(fd, text, size);

        if (written > 0)
            return written;
        if (written == 0)
            return -EIO;
        if (errno != EAGAIN)
            return -errno;
        if (poll(&ready, 1, -1) < 0)
            return -errno;
    }
}

int output_write(const struct output *output, const char *text, size_t size)
{
    struct stat before;
    int status = output_empty(output);
    bool can_cut = output->is_regular && fstat(output->fd, &before) == 0;
    off_t start = can_cut ? lseek(output->fd, 0, SEEK_CUR) : -1;

    if (status < 0)
        return status;
    /* An appending descriptor stands at 0 until it is first written to. */
    if (can_cut && (fcntl(output->fd, F_GETFL) & O_APPEND))
        start = before.st_size;
    while (size > 0) {
        ssize_t written = write_some(output->fd, text, size);

        if (written < 0) {
            if (can_cut && start >= 0)
                (void)!ftruncate(output->fd, start);
            return (int)written;
        }
        text += written;
        size -= (size_t)written;
    }
    return 0;
}

int output_close(struct output *output)
{
    int fd = output->fd;

    output->fd = -1;
    if (fd < 0 || !output->is_ours)
        return 0;
    return close(fd) < 0 && errno != EINTR ? -errno : 0;
}
