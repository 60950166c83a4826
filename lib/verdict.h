/* SPDX-License-Identifier: MIT */
/*
 * verdict.h - facts in, verdict out: a pure function.
 *
 * Facts come from the supervisor and the kernel only. A limit's verdict needs
 * the limit to have fired, or the final figure to be above it; a signal or an
 * exit code that a target makes itself never stands for a limit.
 *
 * How memory is judged. memory-limit needs one of these facts, in this order:
 *   exec-too-large     the program's writable segments exceed the limit, by its
 *                      headers; it is never run
 *   oom-kill           the kernel's count for the box's memory cgroup: it killed
 *                      a process of the box at the limit, whichever it was and
 *                      however the target itself ended. The run is not ended for
 *                      it: a shell may well go on
 *   allocation-failed  an mmap, mremap of 1 MiB or more (a failing malloc() of
 *                      any size ends in one, with glibc) that the limit does
 *                      not let through was seen at the listener, and the target
 *                      then ended by a signal or a status other than 0, and not
 *                      by another limit. It covers malloc() returning NULL,
 *                      std::bad_alloc, MemoryError. So is an mprotect that makes
 *                      reserved memory count, where the policy has it witnessed
 *                      (V8's heap). A target that copes and exits with 0 is ok.
 *                      A run-time that keeps to a limit of its own below ours
 *                      (java -Xmx32m) ends as it says: the kernel refused nothing.
 *   stack              the last SIGSEGV of its first thread was at an address, and
 *                      with a stack pointer, beyond the lowest place that
 *                      RLIMIT_STACK lets its stack reach (see stack.h), as init
 *                      saw before it passed the signal on; and the target then
 *                      ended as above, by that signal or by its handler's doing.
 *                      Or a child of its was ended by such a SIGSEGV, without a
 *                      handler, and the target itself then ended as above. Not
 *                      seen in other threads, whose stacks are of a fixed size,
 *                      in children that these made, after a hundred such faults
 *                      in one run, and where the kernel forbids a parent to
 *                      trace its child (Yama's scope 3): there it is what it
 *                      looks like, unless a cgroup's limit came first.
 *   peak               where no cgroup counts: what the target holds, or all
 *                      processes of the box together, was seen above the limit,
 *                      and it was killed for that. Between two looks, several
 *                      processes can exceed it together unseen; one cannot, for
 *                      RLIMIT_DATA holds it.
 * Nothing else blames memory: a crash near the limit without one of these facts
 * is the target's own. A target that sends itself a SIGSEGV with made-up facts
 * can call its own crash a stack overflow, as it could have made one.
 */
#ifndef DP_VERDICT_H
#define DP_VERDICT_H

#include "dualpipe.h"

struct dp_facts {
    /* What the supervisor killed it for; the first one. */
    bool violation;
    bool time_fired;
    bool wall_fired;
    bool idle_fired;
    bool memory_fired; /* what it held, all processes together, was above the limit */
    bool output_fired;
    bool cancelled;

    bool has_status;
    int status;        /* as from wait(2) */
    int64_t oom_kills; /* processes of the box that the kernel killed at the limit */
    bool was_asleep;   /* when a wall or idle limit fired */
    char waits_for[16];
    bool exec_too_large;      /* never run: its data exceed the memory limit */
    bool allocation_refused;  /* one was seen that the memory limit does not let
                               * through */
    int64_t allocation_bytes; /* its size */
    int64_t executable_bytes; /* with exec_too_large */
    bool stack_refused;       /* a SIGSEGV came of a stack that may not grow */
};

/* Set verdict, memory cause, reason and truncation; .usage, .limits and
 * .refused are there already. */
void dp_verdict_decide(struct dualpipe_result *result, const struct dp_facts *facts);

#endif
