/* SPDX-License-Identifier: MIT */
/*
 * watch.h - init looks at the target's SIGSEGVs, and passes every signal on.
 *
 * Nothing outside can tell a stack that may not grow from a wild pointer: both
 * are the same SIGSEGV, and after it the memory is gone. So init, its parent,
 * is its tracer also, in the mildest way (PTRACE_SEIZE): no call and no exec stops
 * it, only its signals do, for two switches of tasks each; of a SIGSEGV, init notes
 * the address and the stack pointer. Where the policy lets it have children, a fork
 * stops it, too, so that init becomes the tracer of the child before that runs; what
 * a thread other than the first one forks is followed where its CPU time is not known
 * otherwise (count.h). Only the stacks of first threads are looked at, for theirs is the stack that
 * RLIMIT_STACK holds.
 */
#ifndef DP_WATCH_H
#define DP_WATCH_H

#include "child.h"

#include <stddef.h>
#include <sys/user.h>

/* All that init writes into what it traces: that a call is to be made again, in
 * the register of its result. */
#define CHILD_WATCH_RESULT offsetof(struct user_regs_struct, rax)
#define CHILD_WATCH_AGAIN (-514L) /* ERESTARTNOHAND */

/* Once, while this process still has its capabilities. Where the kernel does
 * not allow it, nothing is watched, and no evidence of the stack is had. Threads are
 * followed only for what they fork: each costs two stops. */
void child_watch(int target, int and_children, int and_threads);

/* Of a stop that wait4() told of: is it at a SIGSEGV? */
int child_watch_is_fault(int status);

/* Or is it the first one of a process or thread that was made just now? */
int child_watch_is_new(int status);

/* Take note of that SIGSEGV. fault is what was noted of the process before, if
 * anything: where its handler could not be called, that stays. */
void child_watch_note(int process, struct dp_stack_fault *fault);

/* Let it go on. A signal that it ignores interrupts it all the same, since it is
 * traced, and a few calls then fail with EINTR that would have gone on (signal(7),
 * "Interruption of system calls by stop signals"): those are made again. */
void child_watch_pass(int process, int status);

#endif
