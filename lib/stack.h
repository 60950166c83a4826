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

#include <signal.h>
#include <stdbool.h>

/* One access is not farther than this below the stack pointer. */
#define DP_STACK_BELOW 65536U
/* A frame that is larger is taken for a stack pointer that lost its way. */
#define DP_STACK_FRAME_MAX (UINT64_C(1) << 30)

/* Where nothing is mapped, and as near to the stack pointer as a frame lets it be:
 * worth a look at where the stack lies. */
static inline bool dp_stack_is_suspect(const struct dp_stack_fault *fault)
{
    return fault->code == SEGV_MAPERR && fault->address + DP_STACK_BELOW >= fault->stack_pointer &&
           fault->address < fault->stack_pointer + DP_STACK_FRAME_MAX;
}

/* Where the stack of a program begins, from which it grows downward; 0 where
 * that is not told. proc is its directory in /proc; after the exec. */
uint64_t dp_stack_top(int proc);

bool dp_stack_was_refused(uint64_t top, int64_t limit, const struct dp_stack_fault *fault);

/* Will a process that stands still at a SIGSEGV end by it? By proc, as above. */
bool dp_stack_fault_is_fatal(int proc);

#endif
