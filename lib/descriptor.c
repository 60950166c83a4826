/* SPDX-License-Identifier: MIT */
/* descriptor.c - see descriptor.h. */
#include "descriptor.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_NOEXEC_SEAL 0x0008U
#define MFD_EXEC 0x0010U
#endif

int dp_descriptor_raise(int fd)
{
    int raised;

    if (fd > 2)
        return fd;
    raised = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (raised < 0)
        raised = -errno;
    close(fd);
    return raised;
}

int dp_descriptor_raise_or_keep(int fd)
{
    const int raised = fd < 0 || fd > 2 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (raised < 0)
        return fd;
    close(fd);
    return raised;
}

void dp_descriptor_close(int *fd)
{
    const int saved = errno;

    if (*fd >= 0)
        close(*fd);
    *fd = -1;
    errno = saved;
}

int dp_descriptor_pipe(int *read_end, int *write_end)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -errno;
    ends[0] = dp_descriptor_raise(ends[0]);
    ends[1] = dp_descriptor_raise(ends[1]);
    if (ends[0] < 0 || ends[1] < 0) {
        const int result = ends[0] < 0 ? ends[0] : ends[1];

        dp_descriptor_close(&ends[0]);
        dp_descriptor_close(&ends[1]);
        return result;
    }
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t written = write(fd, data, size);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return written < 0 ? -errno : -EIO;
        data += written;
        size -= (size_t)written;
    }
    return 0;
}

int dp_descriptor_memory(const char *name, const void *data, size_t size, bool executable)
{
    const unsigned seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = memfd_create(name, flags | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL));
    int result;

    if (fd < 0 && errno == EINVAL) /* before 6.3 there is no such flag */
        fd = memfd_create(name, flags);
    if (fd < 0)
        return -errno;
    fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return fd;
    result = write_all(fd, data, size);
    if (result == 0 && (lseek(fd, 0, SEEK_SET) < 0 || fcntl(fd, F_ADD_SEALS, seals) != 0))
        result = -errno;
    if (result < 0)
        dp_descriptor_close(&fd);
    return result < 0 ? result : fd;
}

DIR *dp_descriptor_list(int directory, const char *name)
{
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = fd < 0 ? NULL : fdopendir(fd);

    if (!entries)
        dp_descriptor_close(&fd);
    return entries;
}

int dp_descriptor_nonblocking(int fd)
{
    const int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return -errno;
    return 0;
}

bool dp_descriptors_await(struct pollfd *waits, unsigned count, int64_t timeout_us)
{
    const int64_t deadline = dp_deadline(dp_now_us(), timeout_us);
    int64_t left_us = timeout_us;
    int ready;

    do {
        const struct timespec left = {left_us / 1000000, left_us % 1000000 * 1000};

        ready = ppoll(waits, count, &left, NULL);
        left_us = deadline - dp_now_us();
    } while (ready < 0 && errno == EINTR && left_us > 0);
    return ready > 0;
}

bool dp_descriptor_await(int fd, int64_t timeout_us)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};

    return dp_descriptors_await(&wait, 1, timeout_us);
}
