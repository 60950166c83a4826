/* SPDX-License-Identifier: MIT */
/* stream_route.c - the part of stream.h that makes pipes and chooses where they lead. */
#include "stream.h"

#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_PIPE_SIZE (1 << 18)

static int fail(struct dualpipe_error *error, int errnum, const char *subject)
{
    return dp_fail(error, DUALPIPE_STEP_CONNECT_STREAMS, errnum, subject);
}

/* A regular file as input is opened anew: read-only, its offset shared with
 * nobody. */
static int reopen_regular(int fd)
{
    char path[64];
    const off_t offset = lseek(fd, 0, SEEK_CUR);
    int again;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    again = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (again < 0)
        return -errno;
    again = dp_descriptor_raise(again);
    if (again >= 0 && offset > 0 && lseek(again, offset, SEEK_SET) < 0)
        dp_descriptor_close(&again);
    return again;
}

/* Its owner could change the file's mode and times even through a read-only
 * descriptor, and who may write it, its times: then it is pumped. Returns false there. */
static bool hand_over(struct dp_stream *stream, uid_t box_uid, int *child)
{
    struct stat status;

    if (stream->own < 0 || fstat(stream->own, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid == box_uid || (status.st_mode & 022))
        return false;
    stream->given_device = status.st_dev;
    stream->given_inode = status.st_ino;
    *child = stream->own;
    stream->own = -1;
    return true;
}

/* The caller's own end of a pipe, under another number. */
static int give_end(const struct dp_stream *stream, int *child, struct dualpipe_error *error)
{
    *child = fcntl(stream->fd, F_DUPFD_CLOEXEC, 3);
    if (*child >= 0)
        *child = dp_descriptor_raise(*child);
    return *child < 0 ? fail(error, errno, "a pipe to be given") : 0;
}

static int begin_input(struct dp_streams *streams, struct dualpipe_error *error)
{
    struct dp_stream *stream = &streams->stream[DP_INPUT];

    if (stream->route == DUALPIPE_ROUTE_DISCARD)
        dp_descriptor_close(&stream->end);
    if (stream->route == DUALPIPE_ROUTE_FD) {
        streams->input_room = malloc(DP_STREAM_ROOM_BYTES);
        if (!streams->input_room)
            return fail(error, ENOMEM, "standard input");
    }
    return 0;
}

static int connect_input(struct dp_streams *streams, uid_t box_uid, int *child,
                         struct dualpipe_error *error)
{
    struct dp_stream *stream = &streams->stream[DP_INPUT];
    int result;

    if (stream->route == DUALPIPE_ROUTE_GIVEN)
        return give_end(stream, child, error);
    if (hand_over(stream, box_uid, child))
        return 0;
    result = dp_descriptor_pipe(child, &stream->end);
    if (result == 0)
        result = dp_descriptor_nonblocking(stream->end);
    if (result < 0)
        return fail(error, -result, "standard input");
    return begin_input(streams, error);
}

/* Where splice(2) may be used, nothing is ever held. */
static bool takes_splice(const struct dp_stream *stream)
{
    return stream->fd_kind == S_IFIFO ||
           (stream->fd_kind == S_IFREG && !(fcntl(stream->fd, F_GETFL) & O_APPEND));
}

static bool needs_room(const struct dp_stream *stream)
{
    return stream->route == DUALPIPE_ROUTE_SINK ||
           (stream->route == DUALPIPE_ROUTE_FD && !takes_splice(stream));
}

static int begin_output(struct dp_stream *stream, struct dualpipe_error *error)
{
    if (!needs_room(stream))
        return 0;
    stream->held = malloc(DP_STREAM_ROOM_BYTES);
    return stream->held ? 0 : fail(error, ENOMEM, "standard output or error");
}

static int connect_output(struct dp_stream *stream, int *child, struct dualpipe_error *error)
{
    int result;

    if (stream->route == DUALPIPE_ROUTE_GIVEN)
        return give_end(stream, child, error);
    result = begin_output(stream, error);
    if (result < 0)
        return result;
    result = dp_descriptor_pipe(&stream->end, child);
    if (result == 0)
        result = dp_descriptor_nonblocking(stream->end);
    if (result < 0)
        return fail(error, -result, "standard output or error");
    fcntl(stream->end, F_SETPIPE_SZ, OUTPUT_PIPE_SIZE); /* faster, not needed */
    return 0;
}

/* The far side of a terminal: to open a master anew makes another terminal. */
static bool is_terminal(int fd)
{
    unsigned number;

    return isatty(fd) && ioctl(fd, TIOCGPTN, &number) != 0;
}

/*
 * The same terminal or pipe, opened anew: reading or writing it never blocks,
 * whatever another user of the caller's description does meanwhile, and the
 * caller's own flags stay as they are. So is a regular file as input, from its
 * offset on. It is the caller's own descriptor that is waited for: only that one
 * has seen all that happened to a pipe. Where no other is to be had, it is used
 * for all, after select(2) has called it ready.
 */
static void open_own(struct dp_stream *stream, int which)
{
    const int mode = which == DP_INPUT ? O_RDONLY : O_WRONLY;
    char path[64];
    int fd = -1;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", stream->fd);
    if (stream->fd_kind == S_IFIFO || (stream->fd_kind == S_IFCHR && is_terminal(stream->fd)))
        fd = open(path, mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    else if (stream->fd_kind == S_IFREG && which == DP_INPUT)
        fd = reopen_regular(stream->fd);
    if (fd >= 0)
        fd = dp_descriptor_raise(fd);
    stream->own = fd < 0 ? -1 : fd;
}

/* Nothing but a pipe's right end: a terminal or a file would be the target's to
 * set up. */
static int choose_given(struct dp_stream *stream, const struct dualpipe_stream *asked, int which,
                        const char *name, struct dualpipe_error *error)
{
    const int wanted = which == DP_INPUT ? O_RDONLY : O_WRONLY;
    struct stat status;

    if (fstat(asked->fd, &status) != 0)
        return fail(error, errno, name);
    if (!S_ISFIFO(status.st_mode) || (fcntl(asked->fd, F_GETFL) & O_ACCMODE) != wanted) {
        fail(error, EINVAL, name);
        dp_advise(error, "only the right end of a pipe can be given to the target");
        return -EINVAL;
    }
    stream->fd = asked->fd;
    stream->fd_kind = S_IFIFO;
    return 0;
}

static int fail_tail(struct dualpipe_error *error, const char *name)
{
    dp_fail(error, DUALPIPE_STEP_READ_JOB, EINVAL, name);
    dp_advise(error, "tail_size is a part of an output's buffer: no larger than buffer_size");
    return -EINVAL;
}

static int choose_route(struct dp_stream *stream, const struct dualpipe_stream *asked, int which,
                        enum dualpipe_route unset, struct dualpipe_error *error)
{
    static const char *const names[] = {"standard input", "standard output", "standard error"};
    struct stat status;

    *stream = (struct dp_stream){.route = asked->route, .end = -1, .fd = -1, .own = -1};
    if (stream->route == DUALPIPE_ROUTE_DEFAULT)
        stream->route = which == DP_ERROR ? DUALPIPE_ROUTE_DISCARD : unset;
    if (stream->route > DUALPIPE_ROUTE_GIVEN ||
        (stream->route == DUALPIPE_ROUTE_STDOUT && which != DP_ERROR) ||
        (stream->route == DUALPIPE_ROUTE_SINK && (which == DP_INPUT || !asked->sink)) ||
        (stream->route == DUALPIPE_ROUTE_PIPE && unset != DUALPIPE_ROUTE_PIPE))
        return dp_fail(error, DUALPIPE_STEP_READ_JOB, EINVAL, names[which]);
    if (stream->route == DUALPIPE_ROUTE_GIVEN)
        return choose_given(stream, asked, which, names[which], error);
    if (stream->route == DUALPIPE_ROUTE_FD) {
        if (fstat(asked->fd, &status) != 0)
            return fail(error, errno, names[which]);
        stream->fd = asked->fd;
        stream->fd_kind = status.st_mode & S_IFMT;
        open_own(stream, which);
    }
    if (stream->route == DUALPIPE_ROUTE_BUFFER) {
        if (!asked->buffer && asked->buffer_size > 0)
            return dp_fail(error, DUALPIPE_STEP_READ_JOB, EINVAL, names[which]);
        if (asked->tail_size > (which == DP_INPUT ? 0 : asked->buffer_size))
            return fail_tail(error, names[which]);
        stream->buffer = asked->buffer;
        stream->size = asked->buffer_size;
        stream->tail.size = asked->tail_size;
        if (asked->tail_size > 0)
            stream->tail.room = stream->buffer + (stream->size - asked->tail_size);
        stream->kept_asked = asked->kept;
        stream->left_out_asked = asked->left_out;
    }
    stream->sink = asked->sink;
    stream->sink_argument = asked->sink_argument;
    return 0;
}

static int connect_all(struct dp_streams *streams, uid_t box_uid, int child[3],
                       struct dualpipe_error *error)
{
    struct dp_stream *stream = streams->stream;
    int result = connect_input(streams, box_uid, &child[DP_INPUT], error);

    if (result == 0)
        result = connect_output(&stream[DP_OUTPUT], &child[DP_OUTPUT], error);
    if (result < 0)
        return result;
    if (stream[DP_ERROR].route != DUALPIPE_ROUTE_STDOUT)
        return connect_output(&stream[DP_ERROR], &child[DP_ERROR], error);
    child[DP_ERROR] = fcntl(child[DP_OUTPUT], F_DUPFD_CLOEXEC, 3);
    return child[DP_ERROR] < 0 ? fail(error, errno, "standard error") : 0;
}

int dp_streams_make(struct dp_streams *streams, const struct dualpipe_job *job,
                    enum dualpipe_route unset, int64_t output_limit, uid_t box_uid, int child[3],
                    struct dualpipe_error *error)
{
    const struct dualpipe_stream *asked[3] = {&job->standard_input, &job->standard_output,
                                              &job->standard_error};
    int result = 0;

    *streams = (struct dp_streams){.output_limit = output_limit};
    for (int i = 0; i < 3; i++)
        streams->stream[i].end = streams->stream[i].own = child[i] = -1;
    pthread_mutex_init(&streams->lock, NULL);
    for (int i = 0; i < 3 && result == 0; i++)
        result = choose_route(&streams->stream[i], asked[i], i, unset, error);
    if (result == 0)
        result = connect_all(streams, box_uid, child, error);
    if (result == 0)
        return 0;
    for (int i = 0; i < 3; i++)
        dp_descriptor_close(&child[i]);
    dp_streams_release(streams);
    return result;
}

int dp_streams_make_pipes(struct dp_streams *streams, int child[3], struct dualpipe_error *error)
{
    static const struct dualpipe_job to_calls = {
        .standard_input.route = DUALPIPE_ROUTE_PIPE,
        .standard_output.route = DUALPIPE_ROUTE_PIPE,
        .standard_error.route = DUALPIPE_ROUTE_PIPE,
    };

    return dp_streams_make(streams, &to_calls, DUALPIPE_ROUTE_PIPE, DUALPIPE_UNLIMITED, 0, child,
                           error);
}

static int assign_input(struct dp_streams *streams, uid_t box_uid, int *given,
                        struct dualpipe_error *error)
{
    struct dp_stream *stream = &streams->stream[DP_INPUT];
    int result = 0;

    if (stream->route == DUALPIPE_ROUTE_GIVEN)
        result = give_end(stream, given, error);
    else if (!hand_over(stream, box_uid, given))
        return begin_input(streams, error);
    dp_descriptor_close(&stream->end);
    return result;
}

static int assign_output(struct dp_stream *stream, int *given, struct dualpipe_error *error)
{
    if (stream->route != DUALPIPE_ROUTE_GIVEN)
        return begin_output(stream, error);
    dp_descriptor_close(&stream->end);
    return give_end(stream, given, error);
}

static int assign_error(struct dp_streams *streams, int output, int given[3],
                        struct dualpipe_error *error)
{
    struct dp_stream *stream = &streams->stream[DP_ERROR];

    if (stream->route != DUALPIPE_ROUTE_STDOUT)
        return assign_output(stream, &given[DP_ERROR], error);
    dp_descriptor_close(&stream->end);
    given[DP_ERROR] = fcntl(given[DP_OUTPUT] >= 0 ? given[DP_OUTPUT] : output, F_DUPFD_CLOEXEC, 3);
    return given[DP_ERROR] < 0 ? fail(error, errno, "standard error") : 0;
}

int dp_streams_assign(struct dp_streams *streams, const struct dualpipe_job *job,
                      enum dualpipe_route unset, int64_t output_limit, uid_t box_uid, int output,
                      int given[3], struct dualpipe_error *error)
{
    const struct dualpipe_stream *asked[3] = {&job->standard_input, &job->standard_output,
                                              &job->standard_error};
    int result = 0;

    streams->output_limit = output_limit;
    for (int i = 0; i < 3; i++)
        given[i] = -1;
    for (int i = 0; i < 3 && result == 0; i++) {
        const int end = streams->stream[i].end;

        result = choose_route(&streams->stream[i], asked[i], i, unset, error);
        streams->stream[i].end = end;
    }
    if (result == 0)
        result = assign_input(streams, box_uid, &given[DP_INPUT], error);
    if (result == 0)
        result = assign_output(&streams->stream[DP_OUTPUT], &given[DP_OUTPUT], error);
    if (result == 0)
        result = assign_error(streams, output, given, error);
    return result;
}

void dp_streams_release(struct dp_streams *streams)
{
    for (int i = 0; i < 3; i++) {
        dp_descriptor_close(&streams->stream[i].end);
        dp_descriptor_close(&streams->stream[i].own);
        free(streams->stream[i].held);
        streams->stream[i].held = NULL;
    }
    free(streams->input_room);
    streams->input_room = NULL;
    pthread_mutex_destroy(&streams->lock);
}
