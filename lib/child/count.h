/* SPDX-License-Identifier: MIT */
/*
 * count.h - init adds up the CPU time of all that die in the box.
 *
 * What wait4(2) tells of children goes up from parent to parent, and is lost where
 * one of them ignores SIGCHLD: nobody waits for its children then. Init traces them
 * all, and a tracer hears of each death before the parent does: it reads the clock of
 * the dead process then. A process that its parent never waits for is seen twice, at
 * the parent's death again; so its number is marked until another process gets it.
 */
#ifndef DP_COUNT_H
#define DP_COUNT_H

#include <stdint.h>

struct child_count {
    int64_t dead_us;
    int64_t told_us; /* of that, to the host */
};

/* Room for the marks, made once in this process. Returns 0 or a negative errno value. */
long child_count_begin(void);

/* A process with this number is new. */
void child_count_new(int process);

/* What wait4(2) would tell of next is looked at and, if it is a death, counted. Returns
 * its number to wait for, 0 (nothing yet; with no_hang alone) or a negative errno value. */
long child_count_next(struct child_count *count, int no_hang);

#endif
