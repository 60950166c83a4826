/* SPDX-License-Identifier: MIT */
/*
 * watch.h - init looks at the target's SIGSEGVs, and passes every signal on.
 *
 * Nothing outside can tell a stack that may not grow from a wild pointer: both
 * are the same SIGSEGV, and after it the memory is gone. So init, its parent,
 * is its tracer also, in the mildest way (PTRACE_SEIZE without options): no
 * call, exec, fork or exit stops it, only its signals do, for two switches of
 * tasks each; of a SIGSEGV, init notes the address and the stack pointer. Only
 * the first thread is watched, for its stack is the one that RLIMIT_STACK holds.
 */
#ifndef DP_WATCH_H
#define DP_WATCH_H

#include "child.h"

/* Once, while this process still has its capabilities. Where the kernel does
 * not allow it, nothing is watched, and no evidence of the stack is had. */
void child_watch(int target);

/* A stop that wait4() told of: look, note, let it go on. */
void child_watch_pass(int target, int status, struct dp_stack_fault *fault);

#endif
