/* SPDX-License-Identifier: MIT */
/*
 * conversation.c - the public calls that read from a run, write to it and wait for it.
 *
 * They move the bytes in the caller's thread, so that a round trip costs no switch more
 * than raw pipes do. Whatever call waits, it takes in both outputs meanwhile: two full
 * pipes cannot block each other.
 */
#include "clock.h"
#include "descriptor.h"
#include "handle.h"
#include "sigpipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

#define KEEP_MAX_BYTES ((size_t)64 << 20) /* where there is no output limit */
#define PIECE_BYTES 65536U
#ifndef RWF_NOSIGNAL
#define RWF_NOSIGNAL 0x00000100
#endif

static struct dp_stream *stream_of(struct dualpipe *pipe, int which)
{
    return &pipe->run.streams.stream[which];
}

bool dp_handle_leads_to_calls(const struct dualpipe *pipe, int which)
{
    return pipe->run.streams.stream[which].route == DUALPIPE_ROUTE_PIPE;
}

/* The limit is passed: the supervisor has to know. */
static void tell_if_over_limit(struct dualpipe *pipe)
{
    const uint64_t one = 1;

    if (dp_streams_is_over_limit(&pipe->run.streams) && !atomic_load(&pipe->run.is_over) &&
        write(pipe->run.wake_fd, &one, sizeof(one)) < 0)
        return; /* full: it is being told already */
}

ssize_t dp_handle_take(struct dualpipe *pipe, int which, void *buffer, size_t size)
{
    struct kept *kept = &pipe->kept[which];
    const bool is_over = atomic_load(&pipe->run.is_over); /* before the look */
    ssize_t got = kept->at_end ? 0 : dp_stream_take(&pipe->run.streams, which, buffer, size);

    tell_if_over_limit(pipe);
    if (got == 0 || (got == -EAGAIN && is_over)) {
        kept->at_end = true;
        return 0;
    }
    return got;
}

static size_t keep_max(const struct dualpipe *pipe)
{
    const int64_t limit = pipe->run.setup.limits.output_bytes;

    return limit == DUALPIPE_UNLIMITED ? KEEP_MAX_BYTES : (size_t)limit;
}

/* Room for one piece more. Returns 0, -ENOBUFS or -ENOMEM. */
static int make_room(struct dualpipe *pipe, struct kept *kept)
{
    const size_t held = kept->end - kept->start;
    size_t capacity = kept->capacity ? kept->capacity : PIECE_BYTES;
    char *bytes;

    if (kept->capacity - kept->end >= PIECE_BYTES / 2) /* far more than PIPE_BUF */
        return 0;
    if (held > 0 && held >= keep_max(pipe))
        return -ENOBUFS;
    if (kept->start > 0) {
        memmove(kept->bytes, kept->bytes + kept->start, held);
        kept->start = 0;
        kept->end = held;
    }
    while (capacity - held < PIECE_BYTES / 2)
        capacity *= 2;
    if (capacity == kept->capacity)
        return 0;
    bytes = realloc(kept->bytes, capacity);
    if (!bytes)
        return -ENOMEM;
    kept->bytes = bytes;
    kept->capacity = capacity;
    return 0;
}

/* Take in what is there. Returns 1 where something came, 0 at the end, or
 * -EAGAIN, -ENOBUFS, -ENOMEM. */
static int keep_some(struct dualpipe *pipe, int which)
{
    struct kept *kept = &pipe->kept[which];
    int result = make_room(pipe, kept);
    ssize_t got;

    if (result < 0)
        return result;
    got = dp_handle_take(pipe, which, kept->bytes + kept->end, kept->capacity - kept->end);
    if (got <= 0)
        return (int)got;
    kept->end += (size_t)got;
    return 1;
}

static void want_output(struct dualpipe *pipe, int which)
{
    if (dp_handle_leads_to_calls(pipe, which) && !pipe->kept[which].at_end)
        dp_waitset_want_read(&pipe->waits, stream_of(pipe, which)->end);
}

int dp_handle_wait(struct dualpipe *pipe, bool for_input, int64_t deadline_us)
{
    int ready;

    dp_waitset_clear(&pipe->waits);
    /* It may have ended since the caller looked, and nothing else may ever come: both
     * outputs may be at their end, or be held open by somebody. Look again. */
    if (atomic_load(&pipe->run.is_over))
        return 0;
    want_output(pipe, DP_OUTPUT);
    want_output(pipe, DP_ERROR);
    if (for_input)
        dp_waitset_want_write(&pipe->waits, stream_of(pipe, DP_INPUT)->end);
    dp_waitset_want_read(&pipe->waits, pipe->done_fd);
    ready = dp_waitset_wait(&pipe->waits, deadline_us);
    if (ready == 0)
        return -ETIMEDOUT;
    return ready < 0 && ready != -EINTR ? ready : 0;
}

/* Keep what came on a stream that the caller is not waiting for. */
static int keep_if_ready(struct dualpipe *pipe, int which)
{
    int result;

    if (!dp_waitset_is_readable(&pipe->waits, stream_of(pipe, which)->end) ||
        !dp_handle_leads_to_calls(pipe, which))
        return 0;
    result = keep_some(pipe, which);
    return result == -ENOBUFS || result == -ENOMEM ? result : 0;
}

static int other_output(int which)
{
    return which == DP_OUTPUT ? DP_ERROR : DP_OUTPUT;
}

static size_t give_kept(struct kept *kept, void *buffer, size_t size)
{
    const size_t held = kept->end - kept->start;
    const size_t given = size < held ? size : held;

    if (given == 0)
        return 0;
    memcpy(buffer, kept->bytes + kept->start, given);
    kept->start += given;
    if (kept->start == kept->end)
        kept->start = kept->end = 0;
    return given;
}

/* Straight into the caller's buffer, or, where that is small, by way of what is
 * kept: a short read could lose bytes. */
static ssize_t take_for_caller(struct dualpipe *pipe, int which, void *buffer, size_t size)
{
    int result;

    if (size >= PIPE_BUF)
        return dp_handle_take(pipe, which, buffer, size);
    result = keep_some(pipe, which);
    return result > 0 ? (ssize_t)give_kept(&pipe->kept[which], buffer, size) : result;
}

static ssize_t read_from(struct dualpipe *pipe, int which, void *buffer, size_t size,
                         int64_t timeout_us)
{
    const int64_t deadline = dp_deadline(timeout_us > 0 ? dp_now_us() : 0, timeout_us);

    if (size == 0 || size > SSIZE_MAX)
        return -EINVAL;
    if (!dp_handle_leads_to_calls(pipe, which))
        return -EBADF;
    for (;;) {
        ssize_t got = (ssize_t)give_kept(&pipe->kept[which], buffer, size);
        int result;

        if (got == 0)
            got = take_for_caller(pipe, which, buffer, size);
        if (got != -EAGAIN)
            return got;
        if (timeout_us == 0)
            return -ETIMEDOUT;
        result = dp_handle_wait(pipe, false, deadline);
        if (result == 0)
            result = keep_if_ready(pipe, other_output(which));
        if (result < 0)
            return result;
    }
}

ssize_t dualpipe_read(struct dualpipe *pipe, void *buffer, size_t size, int64_t timeout_us)
{
    return read_from(pipe, DP_OUTPUT, buffer, size, timeout_us);
}

ssize_t dualpipe_read_stderr(struct dualpipe *pipe, void *buffer, size_t size, int64_t timeout_us)
{
    return read_from(pipe, DP_ERROR, buffer, size, timeout_us);
}

/* How much of what is kept makes a line of at most size bytes; 0: not yet. */
static size_t line_length(const struct kept *kept, size_t searched, size_t size)
{
    const size_t held = kept->end - kept->start;
    const char *start = kept->bytes + kept->start;
    const size_t looked_at = held < size ? held : size;
    const char *newline = NULL;

    if (looked_at > searched)
        newline = memchr(start + searched, '\n', looked_at - searched);
    if (newline)
        return (size_t)(newline - start) + 1;
    if (held >= size)
        return size;
    return kept->at_end ? held : 0;
}

ssize_t dualpipe_readline(struct dualpipe *pipe, char *line, size_t size, int64_t timeout_us)
{
    const int64_t deadline = dp_deadline(timeout_us > 0 ? dp_now_us() : 0, timeout_us);
    struct kept *kept = &pipe->kept[DP_OUTPUT];
    size_t searched = 0;

    if (size < 2 || size > SSIZE_MAX)
        return -EINVAL;
    if (!dp_handle_leads_to_calls(pipe, DP_OUTPUT))
        return -EBADF;
    for (;;) {
        const size_t length = line_length(kept, searched, size - 1);
        int result;

        if (length > 0 || kept->at_end) {
            line[give_kept(kept, line, length)] = '\0';
            return (ssize_t)length;
        }
        searched = kept->end - kept->start;
        result = keep_some(pipe, DP_OUTPUT);
        if (result == -EAGAIN)
            result = timeout_us == 0 ? -ETIMEDOUT : dp_handle_wait(pipe, false, deadline);
        if (result == 0)
            result = keep_if_ready(pipe, DP_ERROR);
        if (result < 0)
            return result;
    }
}

/* From 6.18 on a write may say that it wants no signal. */
static ssize_t write_without_signal(int fd, const char *data, size_t size)
{
    const struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = size};

    return pwritev2(fd, &part, 1, -1, RWF_NOSIGNAL);
}

/* One write(2) that raises no SIGPIPE. */
static ssize_t write_some(struct dualpipe *pipe, const char *data, size_t size)
{
    struct dp_sigpipe guard;
    ssize_t written;

    if (!pipe->lacks_nosignal) {
        written = write_without_signal(stream_of(pipe, DP_INPUT)->end, data, size);
        if (written >= 0 || errno == EAGAIN || errno == EPIPE || errno == EINTR)
            return written < 0 ? -errno : written;
        pipe->lacks_nosignal = true; /* whatever else it was, write(2) will say it */
    }
    dp_sigpipe_block(&guard);
    written = write(stream_of(pipe, DP_INPUT)->end, data, size);
    if (written < 0)
        written = -errno;
    dp_sigpipe_restore(&guard, written == -EPIPE);
    return written;
}

int dualpipe_write(struct dualpipe *pipe, const void *data, size_t size, int64_t timeout_us,
                   size_t *written)
{
    const int64_t deadline = dp_deadline(timeout_us > 0 ? dp_now_us() : 0, timeout_us);
    size_t done = 0;
    int result = 0;

    if (!dp_handle_leads_to_calls(pipe, DP_INPUT))
        return -EBADF;
    if (stream_of(pipe, DP_INPUT)->end < 0)
        result = -EPIPE;
    while (done < size && result == 0) {
        const ssize_t now = write_some(pipe, (const char *)data + done, size - done);

        if (now > 0) {
            done += (size_t)now;
            atomic_fetch_add(&pipe->run.streams.input_bytes, now);
        }
        if (now >= 0 || now == -EINTR)
            continue;
        result = now != -EAGAIN ? (int)now : 0;
        if (result == 0 && atomic_load(&pipe->run.is_over)) /* whoever holds its end */
            result = -EPIPE;
        if (result == 0)
            result = timeout_us == 0 ? -ETIMEDOUT : dp_handle_wait(pipe, true, deadline);
        if (result == 0)
            result = keep_if_ready(pipe, DP_OUTPUT);
        if (result == 0)
            result = keep_if_ready(pipe, DP_ERROR);
    }
    if (written)
        *written = done;
    return result;
}

int dualpipe_end_input(struct dualpipe *pipe)
{
    if (!dp_handle_leads_to_calls(pipe, DP_INPUT))
        return -EBADF;
    dp_streams_close_input(&pipe->run.streams);
    return 0;
}

int dualpipe_wait(struct dualpipe *pipe, int64_t timeout_us)
{
    const int64_t deadline = dp_deadline(timeout_us > 0 ? dp_now_us() : 0, timeout_us);

    while (!atomic_load(&pipe->run.is_over)) {
        int result = dp_handle_wait(pipe, false, timeout_us == 0 ? 0 : deadline);

        if (result == 0)
            result = keep_if_ready(pipe, DP_OUTPUT);
        if (result == 0)
            result = keep_if_ready(pipe, DP_ERROR);
        if (result < 0)
            return result;
    }
    return 0;
}

static int add_to_epoll(int epoll_fd, int fd)
{
    struct epoll_event event = {.events = EPOLLIN};

    if (fd < 0)
        return 0;
    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

int dualpipe_descriptor(struct dualpipe *pipe)
{
    int result;
    int fd;

    if (pipe->epoll_fd >= 0)
        return pipe->epoll_fd;
    fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        return -errno;
    fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return fd;
    result = add_to_epoll(fd, pipe->done_fd);
    for (int i = DP_OUTPUT; i <= DP_ERROR && result == 0; i++)
        if (dp_handle_leads_to_calls(pipe, i))
            result = add_to_epoll(fd, stream_of(pipe, i)->end);
    if (result < 0) {
        close(fd);
        return result;
    }
    pipe->epoll_fd = fd;
    return fd;
}
