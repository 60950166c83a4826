/* SPDX-License-Identifier: MIT */
/*
 * freshen.h - make the CPU clocks of running threads current, from outside.
 *
 * The kernel books what a running thread uses at that CPU's next tick, up to
 * 10 ms later, and the clocks of other processes tell what is booked. A thread
 * whose slice is set anew is booked at once, wherever it runs, and runs on. From
 * 6.12 on a thread's slice can be set, without a privilege for one's own uid.
 */
#ifndef DP_FRESHEN_H
#define DP_FRESHEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The caller's own slice; 0: the kernel's own. Threads of other than the normal
 * classes are left alone. Returns whether that was done. */
bool dp_slice_set(uint64_t slice_ns);

/* Put a thread of the class from (SCHED_OTHER, SCHED_BATCH) into another one; its nice
 * value and its slice stay. Returns whether it is not of the first one any more. */
bool dp_class_change(pid_t thread, int from, int to);

/* Book what the threads have used; at most *left of them. Each returns false
 * where it cannot be done for all: what is booked may then be old. */
bool dp_freshen_process(pid_t process, unsigned *left);
bool dp_freshen_listed(int directory, const char *name, unsigned *left); /* one in each line */

#endif
