/* SPDX-License-Identifier: MIT */
/* sigpipe.h - write to pipes that may be broken, without a SIGPIPE for the
 * host: blocked in this thread meanwhile, and taken away if one came. */
#ifndef DP_SIGPIPE_H
#define DP_SIGPIPE_H

#include <signal.h>
#include <stdbool.h>

struct dp_sigpipe {
    sigset_t before;
    bool was_blocked;
    bool was_pending;
};

static inline void dp_sigpipe_block(struct dp_sigpipe *guard)
{
    sigset_t pipe_only;
    sigset_t pending;

    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_only, &guard->before);
    guard->was_blocked = sigismember(&guard->before, SIGPIPE) == 1;
    guard->was_pending = false;
    if (guard->was_blocked)
        guard->was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

/* broken: a write said EPIPE meanwhile. errno is changed. */
static inline void dp_sigpipe_restore(const struct dp_sigpipe *guard, bool broken)
{
    const struct timespec at_once = {0};
    sigset_t pipe_only;

    if (broken && !guard->was_pending) {
        sigemptyset(&pipe_only);
        sigaddset(&pipe_only, SIGPIPE);
        while (sigtimedwait(&pipe_only, NULL, &at_once) > 0)
            ;
    }
    if (!guard->was_blocked)
        pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

#endif
