/* SPDX-License-Identifier: MIT */
/*
 * child.h - the code that runs in the box before the target does.
 *
 * Theory of operation. The host clones process 1 of the box, with all its
 * namespaces at once. For a program, that child shares the host's memory for
 * an instant (as vfork(2) does), executes the box program - this same code,
 * linked without libc - and so holds nothing of the host; for a function it is
 * a fork and runs this code in place. Either way dp_child_main() does:
 *
 *   process 1   waits until its ids are mapped, takes them, builds the file
 *               tree, empties the bounding set, forks the target, locks itself
 *               in and becomes init: it reaps, watches the host and reports.
 *   the target  connects its streams, takes its limits, drops capabilities,
 *               takes Landlock and the filter, hands the filter's listener to
 *               the supervisor, and stops at the gate: its first execveat.
 *
 * Every step works, or reports and ends the process. Nothing warns.
 */
#ifndef DP_CHILD_H
#define DP_CHILD_H

#include "../plan.h"
#include "dualpipe.h"
#include "raw.h"
#include "zygote.h"

#include <linux/stat.h>
#include <stddef.h>

/* The plan, and where it lies. */
struct child {
    const struct dp_plan *plan;
    char *base;                        /* of the block; its pointer room is written to */
    const struct child_zygote *zygote; /* in an interpreter that is the spawner; or NULL */
};

static inline const char *child_text(const struct child *child, uint32_t offset)
{
    return child->base + offset;
}

static inline int child_has(const struct child *child, enum dualpipe_layer layer)
{
    return (child->plan->layers & DUALPIPE_LAYER_BIT(layer)) != 0;
}

/* All dispositions are the default ones again. */
void child_reset_signals(void);

/* What init traces the target for. */
#define CHILD_WATCHES (DP_PLAN_WATCH_STACK | DP_PLAN_COUNT_DEAD)

/* Report a failed step and end this process. result is a negative errno value;
 * layer is -1 where the step belongs to none; subject an offset or 0. */
__attribute__((noreturn)) void child_fail(const struct child *child, enum dualpipe_step step,
                                          long result, int layer, uint32_t subject);

/* Close every descriptor but these. They are sorted in place; negative ones
 * are left out. Returns 0 or a negative errno value. */
long child_keep_only(int *fds, int count);

static inline int child_spawns(const struct child *child)
{
    return child->plan->spawn != DP_SPAWN_NONE;
}

/*
 * From 6.12 on a process may ask for a slice of its own, without privilege; 0 is
 * the usual one; older kernels ignore it. With a short one a process is let in
 * at once between busy ones: so the box is soon made on a busy host, and init
 * soon ends all. Inherited; the target has the usual one again at its gate.
 */
#define CHILD_SHORT_SLICE_NS 100000
void child_take_slice(unsigned long slice_ns);

/*
 * The box is made on one CPU: its processes wait for each other, so that a
 * second one would only cost messages between the two, or a wait behind whoever
 * is busy there. Then init and the target take those of the plan.
 */
void child_stay_on_cpu(const struct child *child);
void child_take_cpus(const struct child *child);

/* Process 1's part, up to the fork. */
void child_take_ids(const struct child *child);
void child_name_host(const struct child *child);
void child_build_root(const struct child *child);
/* The writable files of a warm box: make them, then put them over those of the
 * run before. Returns their descriptor; what is not attached is gone with it. */
int child_make_files(const struct child *child, const char *size, const char *inodes);
long child_size_files(int files, const char *size, const char *inodes);
void child_attach_files(const struct child *child, int files);

/* What the files show of what was done to them: times, modes, inodes. */
#define CHILD_TRACES_MAX 8
struct child_traces {
    struct statx_timestamp times[3];
    uint32_t mode;
    uint32_t links;
    uint64_t attributes;
    long names; /* bytes of the names of extended attributes */
};
struct child_file_traces {
    uint32_t count; /* 0: not looked yet */
    struct child_traces directories[CHILD_TRACES_MAX];
    uint64_t next_inode;
};
/* Nobody has been at the files since the last look, which takes note where it is
 * the first one. */
int child_files_are_untouched(const struct child *child, int files,
                              struct child_file_traces *traces);
/* What is made from here on belongs to the targets; or to the spawner again. */
void child_write_as_target(const struct child *child, int as_target);
void child_empty_bounding_set(const struct child *child);

/* Both: no capability left, proved; and no way to get one by an exec. */
void child_drop_capabilities(const struct child *child);
void child_set_no_new_privileges(const struct child *child);

/* Make the target's process. Returns its pid. */
int child_fork_target(const struct child *child);

__attribute__((noreturn)) void child_init(const struct child *child, int target);
/* The same, without locking itself in: returns when the target is over, and all
 * else but this process. signal_fd as from child_open_signals(). */
struct spawner;
void child_serve(const struct child *child, int target, int signal_fd, struct spawner *spawner);
/* Orders come there for the spawner; -1: not now. */
int child_has_new_files(const struct spawner *spawner);
int child_order_fd(const struct spawner *spawner);
void child_take_order(struct spawner *spawner);
int child_open_signals(const struct child *child);
void child_report_ready(const struct child *child);

/* Offsets of texts as pointers, in the room that the plan has for them. Returns
 * what is left of it. */
const char **child_pointers(const struct child *child, const char **room, uint32_t offsets,
                            uint32_t count);

/* A small file system over a directory. Returns 0 or a negative errno value. */
long child_mount_scratch(const char *directory);
/* Process 1 of a warm box whose targets are forks of an interpreter: execute that. */
__attribute__((noreturn)) void child_become_zygote(const struct child *child);

/* Process 1 of a warm box. */
__attribute__((noreturn)) void child_spawn(const struct child *child);
__attribute__((noreturn)) void child_target(const struct child *child);

/* Where process 1 begins, in the host's copied memory or as a program. */
__attribute__((noreturn)) void dp_child_main(char *block);

/* What the vfork()ed child needs to become the box program. */
struct dp_child_start {
    const struct dp_plan *plan;
    int program_fd; /* the box program */
    int *keep;      /* descriptors that stay, sorted by the child */
    int keep_count;
    const char *const *argv; /* "dualpipe-init", the plan's descriptor, its size */
};

struct clone_args;

/* Init's parent, for a box that executes the box program; see clone.c. It must
 * stay where it is until the keeper is dead. */
#define DP_KEEPER_STACK_BYTES 32768L
#define DP_KEEPER_NOT_YET INT32_MIN

struct dp_keeper {
    struct clone_args *arguments;
    const struct dp_child_start *start;
    void *stack; /* NULL: there is no keeper */
    int pidfd;
    volatile int32_t result; /* init's pid or a negative errno value */
};

/* Clone process 1 as the box program, by way of a keeper. Returns its pid or a
 * negative errno value. arguments ask for its pidfd, and for its pid in the parent's
 * memory: 0 is there where nothing was made, whatever is in the place of the pidfd.
 * Call with all signals blocked. */
long dp_child_clone_kept(struct clone_args *arguments, const struct dp_child_start *start,
                         struct dp_keeper *keeper);

/* A program to be run by the host, in memory that stays until the keeper is gone; see
 * errand.c. The results are there then. */
struct dp_errand {
    const char *program; /* a path */
    const char *const *argv;
    int input_fd;                 /* its standard input; above 2 */
    int words_fd;                 /* its standard output and error; above 2 */
    int pidfd;                    /* of the keeper */
    volatile int32_t program_pid; /* 0: there is none, whatever .program_pidfd says */
    int program_pidfd;
    volatile int32_t result;      /* 0, or a negative errno value: it was not run */
    volatile int32_t exec_errno;  /* 0, or why it could not be executed */
    volatile int32_t wait_status; /* else how it ended */
};

/* Start it. Returns the keeper's pid, which is the caller's to wait for by .pidfd, or
 * a negative errno value. Call with all signals blocked. */
long dp_child_run_errand(struct dp_errand *errand, char *stack_end);

/* A file to be opened by one who is in a process' user namespace, with all capabilities
 * there; see enter.c. In memory that stays until .pidfd says that it is over. */
struct dp_entry {
    int process_fd; /* a pidfd */
    int directory;
    const char *name;
    const void *how; /* struct open_how */
    size_t how_size;
    int pidfd;               /* of the one who does it */
    volatile int32_t result; /* a descriptor of the host's, or a negative errno value */
};

/* Likewise, for .pidfd. */
long dp_child_enter(struct dp_entry *entry, char *stack_end);

/* Clone process 1 as a fork that runs dp_child_main(block) in place. The same
 * result; call with all signals blocked. */
long dp_child_clone(struct clone_args *arguments, char *block);

#endif
