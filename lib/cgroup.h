/* SPDX-License-Identifier: MIT */
/*
 * cgroup.h - a group of the host's control groups around one box.
 *
 * Three ways, found by itself, told in the report:
 *   v2      one directory; the box is cloned into it
 *   v1      one directory in each of memory, pids and cpuacct; process 1 of the
 *           box is moved before it goes on
 *   hybrid  v1 for the limits, and the v2 tree, which has no controllers then,
 *           for killing all at once and for the CPU time of all
 * Groups are made below the group that this process is in, or, as root, below
 * a place of our own beside it. Their names tell whose they are: what a killed
 * host left behind is removed by the next one.
 */
#ifndef DP_CGROUP_H
#define DP_CGROUP_H

#include "dualpipe.h"

#include <limits.h>

enum dp_cgroup_kind {
    DP_CGROUP_NONE = 0,
    DP_CGROUP_V2,
    DP_CGROUP_V1,
    DP_CGROUP_HYBRID,
};

/* The hierarchies that are used; DP_TREE_V2 alone with DP_CGROUP_V2. */
enum dp_tree { DP_TREE_V2 = 0, DP_TREE_MEMORY, DP_TREE_PIDS, DP_TREE_CPUACCT, DP_TREE_COUNT };

struct dp_cgroup {
    enum dp_cgroup_kind kind;
    char name[64];             /* of the group, the same in each tree */
    int parent[DP_TREE_COUNT]; /* directory above it, or -1 */
    int group[DP_TREE_COUNT];  /* its directory, or -1 */
};

/* only_v2: leave v1 alone, where a process has to be moved, which can take the
 * kernel many milliseconds. What was found is in .kind; DP_CGROUP_NONE with 0: this host lets us
 * make none. A negative errno value where one could be made and was not: *what is then the file it
 * was about. */
int dp_cgroup_make(struct dp_cgroup *cgroup, bool only_v2, const char **what);

/* Hold it to the limits from now on, at the gate: the box is made without any.
 * Memory counts beyond what was charged before the target began, and the courier
 * of the listener, a process too, is gone by then. So many processes of ours are in it. */
int dp_cgroup_limit(const struct dp_cgroup *cgroup, const struct dualpipe_limits *limits,
                    int64_t before_bytes, unsigned own_processes, const char **what);

/* Before the next run of a box that is used again: no limits, and peaks that
 * start anew where the kernel can. */
void dp_cgroup_reset(const struct dp_cgroup *cgroup);

/* The most processes that were in it at once, or DUALPIPE_UNKNOWN. */
int64_t dp_cgroup_processes_peak(const struct dp_cgroup *cgroup);

/* For clone3: the directory to be cloned into, or -1. */
int dp_cgroup_clone_fd(const struct dp_cgroup *cgroup);

/* What a process that was not cloned into it joins it by: it writes "0" to each.
 * Those that are not needed are -1. */
int dp_cgroup_open_doors(const struct dp_cgroup *cgroup, int doors[DP_TREE_COUNT - 1]);
#define DP_CGROUP_DOOR "tasks"

/* Does a process stand in it, in each tree that is used? lines: its /proc/PID/cgroup,
 * changed by the look. */
bool dp_cgroup_has(const struct dp_cgroup *cgroup, char *lines);

/* Microseconds of CPU used by all that is or was in it, or -1. */
int64_t dp_cgroup_cpu_us(const struct dp_cgroup *cgroup);

/* Make that figure current; see freshen.h. */
bool dp_cgroup_freshen(const struct dp_cgroup *cgroup, unsigned threads_max);

/* Bytes charged to it now, or -1. */
int64_t dp_cgroup_memory_bytes(const struct dp_cgroup *cgroup);

/* What was used in the end. Figures that no tree has are DUALPIPE_UNKNOWN. */
struct dp_cgroup_usage {
    int64_t cpu_us;
    int64_t memory_peak_bytes;
    int64_t memory_cache_bytes; /* pages of files, those in a tmpfs not among them */
    int64_t processes_peak;
    int64_t oom_kills;    /* processes that the kernel killed at the limit */
    int64_t memory_fails; /* charges that the limit refused */
};
void dp_cgroup_usage(const struct dp_cgroup *cgroup, struct dp_cgroup_usage *usage);

/* Kill everything in it at once, where the kernel can; else 0 is returned. */
bool dp_cgroup_kill(const struct dp_cgroup *cgroup);

/* "cgroup2" or "cgroup1": where its memory figures are from. */
const char *dp_cgroup_source(const struct dp_cgroup *cgroup);

/* Nothing is held yet. */
void dp_cgroup_init(struct dp_cgroup *cgroup);

/* Remove the group, which must be empty by now or soon, and close all. */
void dp_cgroup_remove(struct dp_cgroup *cgroup);
void dp_cgroup_remove_groups(struct dp_cgroup *cgroup); /* but not the place */

#endif
