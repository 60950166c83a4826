/* SPDX-License-Identifier: MIT */
/* stream.c - the part of stream.h that moves bytes. */
#include "stream.h"

#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPLICE_SIZE (1U << 20)
#define DROP_SIZE 8192U /* on the stack, which may be a small one */
#define ROUNDS_MAX 16

static int moving_fd(const struct dp_stream *stream)
{
    return stream->own >= 0 ? stream->own : stream->fd;
}

void dp_streams_close_input(struct dp_streams *streams)
{
    dp_descriptor_close(&streams->stream[DP_INPUT].end);
}

/* The caller's thread moves the ends of its pipes, so look at the route first. */
static bool is_pumped(const struct dp_stream *stream)
{
    return stream->route != DUALPIPE_ROUTE_PIPE && stream->end >= 0;
}

int dp_streams_reserve(const struct dp_streams *streams, struct dp_waitset *waits)
{
    int result = 0;

    for (int i = 0; i < 3 && result == 0; i++) {
        result = dp_waitset_reserve(waits, streams->stream[i].end);
        if (result == 0)
            result = dp_waitset_reserve(waits, streams->stream[i].fd);
    }
    return result;
}

static bool has_input_at_hand(const struct dp_streams *streams)
{
    const struct dp_stream *stream = &streams->stream[DP_INPUT];

    return stream->route == DUALPIPE_ROUTE_BUFFER || streams->input_start < streams->input_end;
}

void dp_streams_want(struct dp_streams *streams, struct dp_waitset *waits)
{
    const struct dp_stream *input = &streams->stream[DP_INPUT];

    if (is_pumped(input)) {
        if (has_input_at_hand(streams))
            dp_waitset_want_write(waits, input->end);
        else
            dp_waitset_want_read(waits, input->fd);
    }
    for (int i = DP_OUTPUT; i <= DP_ERROR; i++) {
        const struct dp_stream *output = &streams->stream[i];

        if (!is_pumped(output))
            continue;
        if (output->has_data)
            dp_waitset_want_write(waits, output->fd);
        else
            dp_waitset_want_read(waits, output->end);
    }
}

/* Bytes that may still be kept; SIZE_MAX where there is no limit. */
static size_t bytes_left(const struct dp_streams *streams)
{
    if (streams->output_limit == DUALPIPE_UNLIMITED)
        return SIZE_MAX;
    if (streams->output_bytes >= streams->output_limit)
        return 0;
    return (size_t)(streams->output_limit - streams->output_bytes);
}

static void count(struct dp_streams *streams, struct dp_stream *stream, size_t bytes)
{
    stream->bytes += (int64_t)bytes;
    streams->output_bytes += (int64_t)bytes;
}

int64_t dp_streams_bytes(struct dp_streams *streams)
{
    int64_t result;

    pthread_mutex_lock(&streams->lock);
    result = streams->output_bytes + atomic_load(&streams->input_bytes);
    pthread_mutex_unlock(&streams->lock);
    return result;
}

bool dp_streams_is_over_limit(struct dp_streams *streams)
{
    bool result;

    pthread_mutex_lock(&streams->lock);
    result = streams->output_limit != DUALPIPE_UNLIMITED &&
             streams->output_bytes > streams->output_limit;
    pthread_mutex_unlock(&streams->lock);
    return result;
}

static ssize_t read_end(struct dp_stream *stream, void *buffer, size_t size)
{
    ssize_t got;

    do
        got = read(stream->end, buffer, size);
    while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

/* Count and forget what comes beyond the limit, or to nobody. */
static ssize_t drop(struct dp_streams *streams, struct dp_stream *stream)
{
    char dropped[DROP_SIZE];
    ssize_t got = read_end(stream, dropped, sizeof(dropped));

    if (got > 0)
        count(streams, stream, (size_t)got);
    return got;
}

/*
 * Read what the limit and the room let through, and count all that came. Never
 * fewer than PIPE_BUF bytes at once: of a pipe in packet mode, a shorter read
 * would lose the rest of a packet, uncounted.
 */
static ssize_t read_and_count(struct dp_streams *streams, struct dp_stream *stream, char *buffer,
                              size_t room)
{
    const size_t left = bytes_left(streams);
    const size_t size = room < left ? room : left;
    char piece[PIPE_BUF];
    const bool is_direct = size >= sizeof(piece);
    const ssize_t got =
        is_direct ? read_end(stream, buffer, size) : read_end(stream, piece, sizeof(piece));

    if (got <= 0)
        return got;
    count(streams, stream, (size_t)got);
    if (is_direct)
        return got;
    if ((size_t)got < size) {
        memcpy(buffer, piece, (size_t)got);
        return got;
    }
    memcpy(buffer, piece, size);
    return (ssize_t)size;
}

ssize_t dp_stream_take(struct dp_streams *streams, int which, void *buffer, size_t size)
{
    struct dp_stream *stream = &streams->stream[which];
    ssize_t got;

    if (stream->end < 0)
        return 0;
    pthread_mutex_lock(&streams->lock);
    if (bytes_left(streams) > 0) {
        got = read_and_count(streams, stream, buffer, size);
    } else {
        do
            got = drop(streams, stream);
        while (got > 0 &&
               streams->output_bytes - streams->output_limit < (int64_t)DP_STREAM_ROOM_BYTES);
        if (got > 0)
            got = -EAGAIN;
    }
    pthread_mutex_unlock(&streams->lock);
    if (got == 0 || (got < 0 && got != -EAGAIN)) {
        dp_descriptor_close(&stream->end);
        got = 0;
    }
    return got;
}

/* Pieces that a descriptor which select(2) calls writable takes at once. A
 * regular file takes any. */
static size_t piece_size(const struct dp_stream *stream)
{
    return stream->fd_kind == S_IFREG ? DP_STREAM_ROOM_BYTES : PIPE_BUF;
}

/* Give what is held to the caller's descriptor. Returns 0, or a negative errno
 * value, -EAGAIN where it takes no more now. */
static ssize_t give_held(struct dp_stream *stream)
{
    while (stream->held_start < stream->held_end) {
        const char *data = stream->held + stream->held_start;
        const size_t size = stream->held_end - stream->held_start;
        const ssize_t given = stream->fd_kind == S_IFSOCK
                                  ? send(stream->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT)
                                  : write(moving_fd(stream), data, size);

        if (given < 0 && errno != EINTR)
            return -errno;
        if (given > 0)
            stream->held_start += (size_t)given;
    }
    return 0;
}

/* To the caller's descriptor, without ever blocking on it: it was seen to take
 * something. Returns the bytes moved, 0 at the end, or a negative errno. */
static ssize_t splice_to_fd(struct dp_streams *streams, struct dp_stream *stream)
{
    const size_t left = bytes_left(streams);
    const ssize_t moved = splice(stream->end, NULL, moving_fd(stream), NULL,
                                 left < SPLICE_SIZE ? left : SPLICE_SIZE, SPLICE_F_NONBLOCK);

    if (moved < 0)
        return -errno;
    count(streams, stream, (size_t)moved);
    return moved;
}

static ssize_t copy_to_fd(struct dp_streams *streams, struct dp_stream *stream)
{
    ssize_t result = give_held(stream);

    if (result < 0)
        return result;
    result = read_and_count(streams, stream, stream->held, piece_size(stream));
    stream->held_start = 0;
    stream->held_end = result > 0 ? (size_t)result : 0;
    if (result > 0) {
        const ssize_t given = give_held(stream);

        result = given < 0 ? given : result;
    }
    return result;
}

/* The buffer is full, or nearly so. */
static void keep_piece(struct dp_stream *stream, const char *piece, size_t size)
{
    const size_t room = stream->size - stream->used;
    const size_t first = size < room ? size : room;

    if (first > 0) /* there may be no buffer at all */
        memcpy(stream->buffer + stream->used, piece, first);
    stream->used += first;
    if (stream->tail.size > 0 && size > first)
        dp_tail_add(&stream->tail, piece + first, size - first);
    else
        stream->unkept += (int64_t)(size - first);
}

static ssize_t move_to_buffer(struct dp_streams *streams, struct dp_stream *stream)
{
    const size_t room = stream->size - stream->used;
    char piece[DROP_SIZE];
    ssize_t got;

    if (room >= sizeof(piece)) {
        got = read_and_count(streams, stream, stream->buffer + stream->used, room);
        if (got > 0)
            stream->used += (size_t)got;
        return got;
    }
    got = read_and_count(streams, stream, piece, sizeof(piece));
    if (got > 0)
        keep_piece(stream, piece, (size_t)got);
    return got;
}

static ssize_t move_to_sink(struct dp_streams *streams, struct dp_stream *stream)
{
    const ssize_t got = read_and_count(streams, stream, stream->held, DP_STREAM_ROOM_BYTES);

    if (got > 0)
        stream->sink(stream->sink_argument, stream->held, (size_t)got);
    return got;
}

static bool holds_something(const struct dp_stream *stream)
{
    return stream->held_start < stream->held_end;
}

static ssize_t move_output_once(struct dp_streams *streams, struct dp_stream *stream)
{
    if (bytes_left(streams) == 0 && holds_something(stream)) {
        const ssize_t given = give_held(stream);

        return given == 0 ? -EAGAIN : given;
    }
    if (bytes_left(streams) == 0 || stream->route == DUALPIPE_ROUTE_DISCARD)
        return drop(streams, stream);
    if (stream->route == DUALPIPE_ROUTE_BUFFER)
        return move_to_buffer(streams, stream);
    if (stream->route == DUALPIPE_ROUTE_SINK)
        return move_to_sink(streams, stream);
    return stream->held ? copy_to_fd(streams, stream) : splice_to_fd(streams, stream);
}

/* EPIPE: the caller's reader went away, and the target's goes with it. All
 * else is a fault of the host, for which no target may be blamed. */
static void note_broken(struct dp_streams *streams, int which, int errnum)
{
    if (errnum == EPIPE) {
        streams->broken_pipe = true;
    } else if (streams->failed_errnum == 0) {
        streams->failed = which;
        streams->failed_errnum = errnum;
    }
}

/* EAGAIN: one of both is not ready after all. */
static void move_output(struct dp_streams *streams, int which)
{
    struct dp_stream *stream = &streams->stream[which];
    ssize_t moved = 1;

    pthread_mutex_lock(&streams->lock);
    for (int round = 0; round < ROUNDS_MAX && moved > 0; round++) {
        moved = move_output_once(streams, stream);
        if (stream->route == DUALPIPE_ROUTE_FD)
            break; /* ask again whether it takes more */
    }
    pthread_mutex_unlock(&streams->lock);
    stream->has_data = holds_something(stream);
    if (moved > 0 || moved == -EAGAIN || moved == -EINTR)
        return;
    if (moved < 0)
        note_broken(streams, which, (int)-moved);
    dp_descriptor_close(&stream->end);
}

static void write_input(struct dp_streams *streams, const char *data, size_t size, size_t *done)
{
    struct dp_stream *stream = &streams->stream[DP_INPUT];
    ssize_t written = size > 0 ? write(stream->end, data, size) : 0;

    if (written > 0) {
        *done += (size_t)written;
        atomic_fetch_add(&streams->input_bytes, written);
    }
    if (written >= 0 || errno == EAGAIN || errno == EINTR)
        return;
    note_broken(streams, DP_INPUT, errno);
    dp_streams_close_input(streams); /* the target reads no more: its own affair */
}

static void refill_input(struct dp_streams *streams)
{
    struct dp_stream *stream = &streams->stream[DP_INPUT];
    const ssize_t got =
        stream->fd_kind == S_IFSOCK
            ? recv(stream->fd, streams->input_room, DP_STREAM_ROOM_BYTES, MSG_DONTWAIT)
            : read(moving_fd(stream), streams->input_room, DP_STREAM_ROOM_BYTES);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got < 0)
        note_broken(streams, DP_INPUT, errno);
    if (got <= 0) {
        dp_streams_close_input(streams);
        return;
    }
    streams->input_start = 0;
    streams->input_end = (size_t)got;
}

static void move_input(struct dp_streams *streams, const struct dp_waitset *waits)
{
    struct dp_stream *stream = &streams->stream[DP_INPUT];

    if (stream->route == DUALPIPE_ROUTE_BUFFER) {
        if (dp_waitset_is_writable(waits, stream->end))
            write_input(streams, stream->buffer + stream->used, stream->size - stream->used,
                        &stream->used);
        if (stream->used == stream->size)
            dp_streams_close_input(streams);
        return;
    }
    if (!has_input_at_hand(streams) && dp_waitset_is_readable(waits, stream->fd))
        refill_input(streams);
    if (stream->end >= 0 && has_input_at_hand(streams))
        write_input(streams, streams->input_room + streams->input_start,
                    streams->input_end - streams->input_start, &streams->input_start);
}

/* A pipe that is readable and holds nothing is at its end: it need not wait for
 * a descriptor that may never take more. */
static bool is_at_end(const struct dp_stream *stream)
{
    int bytes = 1;

    return ioctl(stream->end, FIONREAD, &bytes) == 0 && bytes == 0;
}

static void look_at_output(struct dp_streams *streams, int which, const struct dp_waitset *waits)
{
    struct dp_stream *stream = &streams->stream[which];
    const bool never_blocks = stream->route != DUALPIPE_ROUTE_FD || stream->fd_kind == S_IFREG;

    if (stream->has_data) {
        if (dp_waitset_is_writable(waits, stream->fd))
            move_output(streams, which);
    } else if (dp_waitset_is_readable(waits, stream->end)) {
        if (never_blocks)
            move_output(streams, which);
        else if (is_at_end(stream))
            dp_descriptor_close(&stream->end);
        else
            stream->has_data = true;
    }
}

void dp_streams_move(struct dp_streams *streams, const struct dp_waitset *waits)
{
    if (is_pumped(&streams->stream[DP_INPUT]))
        move_input(streams, waits);
    for (int i = DP_OUTPUT; i <= DP_ERROR; i++)
        if (is_pumped(&streams->stream[i]))
            look_at_output(streams, i, waits);
}

bool dp_streams_are_drained(struct dp_streams *streams)
{
    bool are_drained = true;

    for (int i = DP_OUTPUT; i <= DP_ERROR; i++) {
        struct dp_stream *stream = &streams->stream[i];

        if (!is_pumped(stream))
            continue;
        /* Not its end of file: a fork of the host may hold the pipe open. */
        if (!holds_something(stream) && is_at_end(stream))
            dp_descriptor_close(&stream->end);
        else
            are_drained = false;
    }
    return are_drained;
}

static void finish(struct dp_stream *stream)
{
    if (stream->route != DUALPIPE_ROUTE_BUFFER)
        return;
    if (stream->tail.size > 0)
        dp_tail_straighten(&stream->tail);
    if (stream->kept_asked)
        *stream->kept_asked = stream->used;
    if (stream->left_out_asked)
        *stream->left_out_asked = stream->unkept + stream->tail.pushed;
}

void dp_streams_finish(struct dp_streams *streams)
{
    for (int i = DP_OUTPUT; i <= DP_ERROR; i++)
        finish(&streams->stream[i]);
}
