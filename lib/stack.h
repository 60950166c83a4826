/* SPDX-License-Identifier: MIT */
/*
 * stack.h - did a SIGSEGV come of a stack that may not grow?
 *
 * The kernel refuses to let the first thread's stack grow beyond RLIMIT_STACK,
 * and says so by a SIGSEGV at an address without a mapping. The evidence: that
 * address and the stack pointer itself both lie beyond the lowest place that
 * the stack may reach, and close together. A wild pointer has the stack pointer
 * where it belongs; a stack of the program's own making is somewhere else.
 */
#ifndef DP_STACK_H
#define DP_STACK_H

#include "plan.h"

#include <stdbool.h>

/* Where the stack of a program begins, from which it grows downward; 0 where
 * that is not told. proc is its directory in /proc; after the exec. */
uint64_t dp_stack_top(int proc);

bool dp_stack_was_refused(uint64_t top, int64_t limit, const struct dp_stack_fault *fault);

#endif
