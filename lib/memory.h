/* SPDX-License-Identifier: MIT */
/*
 * memory.h - what a target holds in memory, where no cgroup counts it.
 *
 * RLIMIT_DATA counts private writable mappings only: pages that were written
 * and then made read-only are not in it, nor are page tables. So the pages that
 * the target holds are looked at too, whenever the limit could have been
 * reached since the last look.
 */
#ifndef DP_MEMORY_H
#define DP_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct dp_run;

struct dp_memory_use {
    int64_t data;   /* VmData: what RLIMIT_DATA counts */
    int64_t stack;  /* VmStk */
    int64_t held;   /* pages of its own, .shared, and page tables */
    int64_t shared; /* pages of shared memory, and of files in any tmpfs */
};

/* Of the caller of a system call that is waiting for its answer: a thread of
 * the target, or of a child of its. Returns false where it has died. */
struct seccomp_notif;
bool dp_memory_read(const struct dp_run *run, const struct seccomp_notif *call,
                    struct dp_memory_use *use);

/* Would the caller's mprotect(2) of what lies at the address make memory count
 * that does not count yet? The kernel asks the same. */
bool dp_memory_is_uncounted(const struct dp_run *run, const struct seccomp_notif *call,
                            uint64_t address);

/* Once before the gate is opened, and once after. */
void dp_memory_start(struct dp_run *run, bool has_executed);

/*
 * RLIMIT_DATA holds a target to its limit, but its page tables, the first pages
 * of its stack, what the loader made read-only and a copy of the program come
 * on top. A target that has used up its limit and copes must not be killed for
 * these, now and then, as the looks fall: so much beyond the limit is no reason.
 */
int64_t dp_memory_leeway(const struct dp_run *run);

/* Note when the target holds more than its limit; say when to look again. */
int64_t dp_memory_look(struct dp_run *run, int64_t now_us);

#endif
