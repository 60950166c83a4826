/* SPDX-License-Identifier: MIT */
/*
 * waitset.h - pselect(2) for descriptors of any number.
 *
 * The sets are arrays of unsigned long of our own, sized for the highest
 * descriptor: the macros of <sys/select.h> abort beyond 1,023 with
 * _FORTIFY_SOURCE, and corrupt the stack without it.
 */
#ifndef DP_WAITSET_H
#define DP_WAITSET_H

#include <stdbool.h>
#include <stdint.h>

struct dp_waitset {
    unsigned long *readable; /* two arrays in one allocation */
    unsigned long *writable;
    int words; /* of each */
    int highest;
};

/* Make room for a descriptor; -1 is ignored. The only call that allocates.
 * Returns 0 or -ENOMEM. */
int dp_waitset_reserve(struct dp_waitset *set, int fd);
void dp_waitset_release(struct dp_waitset *set);

/* Start anew, then name what to wait for; -1 is ignored. */
void dp_waitset_clear(struct dp_waitset *set);
void dp_waitset_want_read(struct dp_waitset *set, int fd);
void dp_waitset_want_write(struct dp_waitset *set, int fd);

/*
 * Wait until something is ready or the deadline (clock.h) has passed. Returns
 * how many are ready, 0 at the deadline, or a negative errno value, -EINTR
 * among them; then none is marked ready.
 */
int dp_waitset_wait(struct dp_waitset *set, int64_t deadline_us);

bool dp_waitset_is_readable(const struct dp_waitset *set, int fd);
bool dp_waitset_is_writable(const struct dp_waitset *set, int fd);

#endif
