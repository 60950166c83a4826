/* SPDX-License-Identifier: MIT */
/*
 * warm.h - the host's side of a warm box: its spawner, which makes one target
 * after another, each stopped at its gate before there is a job for it.
 */
#ifndef DP_WARM_H
#define DP_WARM_H

#include "box.h"
#include "patience.h"
#include "setup.h"
#include "sheet.h"
#include "waitset.h"

/* The most that an interpreter can be started with. */
#define DP_INTERPRETER_WORDS 16U

/* An interpreter that all targets of a box are forks of. */
struct dp_interpreter {
    const char *const *words; /* of its own start: its name, options; NULL at the end */
    const char *program;      /* its file; NULL: words[0] */
};

struct dp_warm {
    bool is_open;
    struct dualpipe_job job; /* what all its jobs have in common: no target */
    struct dp_setup setup;
    struct dp_box box;                           /* the spawner's */
    const char *words[DP_INTERPRETER_WORDS + 3]; /* of an interpreter */
    const char *variables[4];
    char library_variable[PATH_MAX + 32];
    int log; /* what it says until it is ready, or -1 */
    struct dp_waitset waits;
    struct dp_sheet *sheet;
    bool was_patient; /* it was made in another scheduling class than it has */
    bool has_run;     /* and was attested for it */
    struct dp_own_namespaces own_namespaces; /* of the thread that makes all its runs */
    int last_init;  /* pidfd of a nested box that has yet to be reaped, or -1 */
    int program_fd; /* of the last job, where it was a copy in memory; or -1 */
    uint64_t program_number;
    int64_t oom_kills; /* of the host, and when they were counted */
    int64_t oom_counted_us;
    int working_step;   /* the mount step whose directory jobs start in, or -1 */
    int64_t disk_bytes; /* of the files that are there, or that come next */
};

/* What a warm box is to be; borrowed until it is closed. */
struct dp_warm_plan {
    const struct dualpipe_policy *policy;
    const struct dualpipe_limits *limits;
    const char *cpus;
    const struct dualpipe_bind *binds; /* shown in each box */
    size_t bind_count;
    const char *directory; /* where jobs start; NULL: where the policy says */
    enum dp_spawn spawn;
    const struct dp_interpreter *interpreter; /* with DP_SPAWN_NESTED; NULL: none */
    struct dp_patience *patience;             /* of the calling thread; NULL: it is in a hurry */
};

/* On failure nothing is held. */
int dp_warm_open(struct dp_warm *warm, const struct dp_warm_plan *plan,
                 struct dualpipe_error *error);

/* With its spawner ends all that is in it. */
void dp_warm_close(struct dp_warm *warm);

/* What the files of the next target may take, but for those with a size of their own. */
int64_t dp_warm_files_bytes(const struct dp_warm *warm);

/* Orders. A target for these streams; it goes to its gate by itself. */
int dp_warm_order_target(struct dp_warm *warm, const int streams[3], struct dualpipe_error *error);
/* While it waits there: a file for its working directory, and how much its
 * files may take. These wait for the answer. */
int dp_warm_order_file(struct dp_warm *warm, const char *name, int fd, unsigned mode,
                       struct dualpipe_error *error);
int dp_warm_order_size(struct dp_warm *warm, int64_t disk_bytes, struct dualpipe_error *error);

/* Put a job's program, arguments and environment where the target's call points
 * to. program is its path inside, or "" for the descriptor. -E2BIG: they do not
 * fit. */
int dp_warm_write_sheet(struct dp_warm *warm, const char *program, const struct dualpipe_job *job);

#endif
