/* SPDX-License-Identifier: MIT */
/*
 * stream.h - the target's standard streams: where they lead, and the moving of
 * bytes that nobody else moves.
 *
 * Our ends of the pipes never block. DUALPIPE_ROUTE_PIPE is moved by the
 * public calls, in the caller's thread; all other routes by the supervisor.
 * What is written is counted under one lock, so that the output limit holds to
 * the byte whoever reads.
 */
#ifndef DP_STREAM_H
#define DP_STREAM_H

#include "dualpipe.h"
#include "tail.h"
#include "waitset.h"

#include <pthread.h>
#include <stdatomic.h>

#define DP_STREAM_ROOM_BYTES 65536U /* read at once, and held */

enum { DP_INPUT = 0, DP_OUTPUT = 1, DP_ERROR = 2 };

struct dp_stream {
    enum dualpipe_route route; /* never DUALPIPE_ROUTE_DEFAULT */
    int end;                   /* our end of the pipe, or -1: at its end */
    int fd;                    /* the caller's, with DUALPIPE_ROUTE_FD */
    unsigned fd_kind;          /* S_IFMT of it */
    int own;                   /* the same, opened anew for reading and writing; or -1 */
    dev_t given_device;        /* and .given_inode: of a file that the target has itself; or 0 */
    ino_t given_inode;
    char *held;                /* read from .end, not yet taken by .fd; a sink's room; or NULL */
    size_t held_start;
    size_t held_end;
    bool has_data; /* an output that waits for .fd to take it */
    char *buffer;  /* DUALPIPE_ROUTE_BUFFER; an input pump's room */
    size_t size;
    size_t used;         /* of an output buffer; already written, of an input */
    struct dp_tail tail; /* of an output buffer, once it is full; .size 0: none */
    int64_t unkept;      /* let through, after the buffer was full, where it has no tail */
    size_t *kept_asked;  /* where to tell, or NULL */
    int64_t *left_out_asked;
    dualpipe_sink *sink;
    void *sink_argument;
    int64_t bytes; /* written by the target so far */
};

struct dp_streams {
    struct dp_stream stream[3];
    char *input_room; /* what was read for the input pump, or NULL */
    size_t input_start;
    size_t input_end;
    int64_t output_limit;     /* or DUALPIPE_UNLIMITED */
    int64_t output_bytes;     /* of both streams */
    atomic_llong input_bytes; /* written to the target */
    bool broken_pipe;         /* a write of ours said EPIPE */
    int failed;               /* the caller's descriptor that broke (DP_INPUT to DP_ERROR) */
    int failed_errnum;        /* and how; 0: none. The host is at fault, not the target */
    pthread_mutex_t lock;     /* over the counts of the outputs */
};

/*
 * Make the pipes. unset is the route of a stream left at its default; the
 * child's ends are put into child[], the caller's to close.
 */
int dp_streams_make(struct dp_streams *streams, const struct dualpipe_job *job,
                    enum dualpipe_route unset, int64_t output_limit, uid_t box_uid, int child[3],
                    struct dualpipe_error *error);

/*
 * For a box that is made before its job: the pipes first, then where they lead.
 * given[] are descriptors that are to take the place of the target's own, the
 * caller's to close, or -1; output is the target's end of its standard output.
 */
int dp_streams_make_pipes(struct dp_streams *streams, int child[3], struct dualpipe_error *error);
int dp_streams_assign(struct dp_streams *streams, const struct dualpipe_job *job,
                      enum dualpipe_route unset, int64_t output_limit, uid_t box_uid, int output,
                      int given[3], struct dualpipe_error *error);
void dp_streams_release(struct dp_streams *streams);

/* For the supervisor: room in the set, what to wait for, what to move then. */
int dp_streams_reserve(const struct dp_streams *streams, struct dp_waitset *waits);
void dp_streams_want(struct dp_streams *streams, struct dp_waitset *waits);
void dp_streams_move(struct dp_streams *streams, const struct dp_waitset *waits);

/* Nobody writes any more: close what is empty. Is there nothing left that only
 * waits for the caller's descriptor? */
bool dp_streams_are_drained(struct dp_streams *streams);
void dp_streams_close_input(struct dp_streams *streams);

/* Nothing moves any more: put buffers in order, and tell what they hold. */
void dp_streams_finish(struct dp_streams *streams);

/* All bytes that were moved so far, in and out. */
int64_t dp_streams_bytes(struct dp_streams *streams);

bool dp_streams_is_over_limit(struct dp_streams *streams);

/*
 * Read from an output's pipe: up to size bytes of it that the limit lets
 * through; what lies beyond it is counted and dropped. size is at least
 * PIPE_BUF: of a pipe in packet mode, a shorter read would lose bytes. Returns
 * the count, 0 at the end, -EAGAIN when there is nothing.
 */
ssize_t dp_stream_take(struct dp_streams *streams, int which, void *buffer, size_t size);

#endif
