/* SPDX-License-Identifier: MIT */
/* handle.h - what stands behind `struct dualpipe`: a run, the thread that supervises
 * it, and output that was taken in ahead of a call that asks for it. */
#ifndef DP_HANDLE_H
#define DP_HANDLE_H

#include "run.h"

/* Output that has been taken in and not yet been asked for. */
struct kept {
    char *bytes;
    size_t start;
    size_t end;
    size_t capacity;
    bool at_end; /* nothing will follow */
};

struct dualpipe {
    struct dp_run run;
    pid_t process; /* that opened it */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_started;         /* under the lock */
    int started;             /* how it started; under the lock */
    bool is_ended;           /* the supervisor has no more to do; under the lock */
    int supervised;          /* what dp_run_supervise() returned; after the join */
    int done_fd;             /* an eventfd: readable once the run is over */
    int epoll_fd;            /* of dualpipe_descriptor(), or -1 */
    struct dp_waitset waits; /* the caller's own */
    struct kept kept[3];     /* by DP_OUTPUT, DP_ERROR */
    bool lacks_nosignal;     /* this kernel's pwritev2(2) cannot keep SIGPIPE away */
};

/* Does this stream (DP_INPUT to DP_ERROR) lead to the public calls? */
bool dp_handle_leads_to_calls(const struct dualpipe *pipe, int which);

/* Wait until something moves or the run is over; for_input: until the target's
 * input takes more. Returns 0, -ETIMEDOUT, or what pselect(2) says. */
int dp_handle_wait(struct dualpipe *pipe, bool for_input, int64_t deadline_us);

/* As dp_stream_take(), and once the run is over, nothing there is the end. */
ssize_t dp_handle_take(struct dualpipe *pipe, int which, void *buffer, size_t size);

#endif
