/* SPDX-License-Identifier: MIT */
/*
 * plan.h - a job, resolved: all that the code in the box needs to know.
 *
 * One flat block. It holds offsets and no pointers, so that it can be used
 * where it lies (a function target, forked from the host) or be mapped by
 * another program (the box program, a pool's spawner). Offsets count from the
 * start of the block; 0 means "none". Written by plan.c, read by lib/child/.
 */
#ifndef DP_PLAN_H
#define DP_PLAN_H

#include <stdint.h>

/* Descriptors that a plan may name in all. */
#define DP_PLAN_FDS_MAX 112

/* What is switched on: the layers (bits as DUALPIPE_LAYER_BIT()), and these. */
#define DP_PLAN_FUNCTION (UINT32_C(1) << 24)       /* the target is a function */
#define DP_PLAN_WATCH_STACK (UINT32_C(1) << 25)    /* init looks at its SIGSEGVs */
#define DP_PLAN_WATCH_CHILDREN (UINT32_C(1) << 26) /* and at those of its children */
#define DP_PLAN_COUNT_DEAD (UINT32_C(1) << 27)     /* init adds up the time of all that die */

/*
 * Who makes targets in a box. In a warm one, process 1 is the spawner: it makes
 * one each time it is told to, and what the target runs comes by the sheet.
 */
enum dp_spawn {
    DP_SPAWN_NONE = 0, /* process 1, once, for the plan's own program or function */
    DP_SPAWN_NESTED,   /* in new namespaces with an init of their own each time */
    DP_SPAWN_AGAIN,    /* in the same ones, after it has proved them unused */
};

/* What has to be done to make the box's file tree, in order. Targets are
 * relative to the new root. */
enum dp_mount_kind {
    DP_MOUNT_MKDIR = 0, /* a directory */
    DP_MOUNT_SYMLINK,   /* a symbolic link to .source */
    DP_MOUNT_TREE,      /* .source (or .fd, a detached mount), with .attributes */
    DP_MOUNT_WRITABLE,  /* makes the directory writable although the root is not */
    DP_MOUNT_TMPFS,     /* a writable directory with a size of its own */
    DP_MOUNT_COPY,      /* a file with the contents of .fd */
    DP_MOUNT_PROC,      /* a pid-only /proc */
};

struct dp_mount_step {
    uint32_t kind;
    uint32_t target;     /* offset of a path */
    uint32_t source;     /* offset of a path, or 0 */
    int32_t fd;          /* or -1 */
    uint32_t attributes; /* MOUNT_ATTR_*, set recursively */
    uint32_t mode;       /* of what is created; S_IFDIR for a directory */
    uint32_t size;       /* DP_MOUNT_TMPFS: offsets of the texts of its options */
    uint32_t inodes;
};

struct dp_rlimit_step {
    uint32_t resource;
    uint64_t soft;
    uint64_t hard;
};

/* What Landlock grants beneath one path of the box. */
struct dp_landlock_step {
    uint32_t path; /* offset */
    uint64_t access;
};

struct dp_plan {
    uint32_t size;   /* of the whole block */
    uint32_t layers; /* that are applied, and DP_PLAN_FUNCTION */

    /* Descriptors as inherited; never 0, 1 or 2; -1 for none. */
    int32_t control_fd; /* "go" comes in, the listener goes out */
    int32_t status_fd;  /* init's reports */
    int32_t life_fd;    /* ends when the host is gone */
    int32_t error_fd;   /* a failed step */
    int32_t stream_fds[3];
    int32_t group_fds[3];   /* to join a group of a v1 tree by, and then closed */
    uint32_t group_subject; /* offset: what they are */

    uint32_t set_ids;              /* change to .uid and .gid, drop the groups */
    uint32_t bars_user_namespaces; /* set the number that the box may make to 0 */
    uint32_t uid;                  /* as the box sees them */
    uint32_t gid;
    uint32_t spawn;      /* enum dp_spawn */
    uint32_t target_uid; /* with DP_SPAWN_AGAIN: of the targets; .uid is the spawner's */
    uint32_t target_gid;
    uint32_t renews_ipc; /* with DP_SPAWN_AGAIN: targets may leave IPC objects behind */
    int32_t sheet_fd;    /* with a spawner */
    int32_t ruleset_fd;  /* with DP_SPAWN_AGAIN: the rules of Landlock, once made; or -1 */
    int32_t program_fd;  /* with a spawner: where the host may put the program */
    uint32_t forks;      /* with DP_SPAWN_NESTED: targets are forks of an interpreter, which
                          * is .program, with .stream_fds for what it says until then */
    int32_t zygote_fd;   /* then: our library for it */
    uint32_t preload;    /* and the modules it imports: offset of uint32_t[] */
    uint32_t preload_count;
    uint32_t capability_last; /* highest number that the kernel knows */

    uint32_t sets_cpus; /* the target runs on these only, one bit for each */
    uint64_t cpus[16];

    uint32_t hostname;   /* offset */
    uint32_t tmpfs_size; /* offsets of the texts of the root's options */
    uint32_t tmpfs_inodes;
    uint32_t mounts; /* offset of struct dp_mount_step[] */
    uint32_t mount_count;
    uint32_t directory; /* offset: where to start in */

    uint32_t rlimits; /* offset of struct dp_rlimit_step[] */
    uint32_t rlimit_count;

    uint64_t landlock_fs; /* rights that are handled; of this kernel's ABI */
    uint64_t landlock_net;
    uint64_t landlock_scope;
    uint32_t landlock; /* offset of struct dp_landlock_step[] */
    uint32_t landlock_count;

    uint32_t filter; /* offset of struct sock_filter[] */
    uint32_t filter_count;

    uint32_t program;   /* offset: its path inside */
    uint32_t arguments; /* offset of uint32_t[]: offsets of the strings */
    uint32_t argument_count;
    uint32_t environment;
    uint32_t environment_count;
    uint32_t pointers; /* offset of room for both as pointers, NULLs included */

    int64_t init_deadline_us; /* of init's own clock, from its start; -1: none */

    /* With DP_PLAN_FUNCTION only: valid in a copy of the host's memory. */
    uint64_t function;
    uint64_t function_argument;
};

/* What is larger is no errno value: the kernel's own bound. */
#define DP_ERRNO_MAX 4095

/* What comes up the error pipe; one atomic write. */
struct dp_child_error {
    uint32_t step; /* enum dualpipe_step */
    int32_t errnum;
    int32_t layer;    /* enum dualpipe_layer or -1 */
    uint32_t subject; /* offset of a text in the plan, or 0 */
};

/* What a spawner is told by its host: one message, its descriptors beside it. */
enum dp_order_kind {
    DP_ORDER_TARGET = 1, /* make a target with these three streams */
    DP_ORDER_FILE,       /* put this file into the files of the run that waits */
    DP_ORDER_SIZE,       /* let those files take more or less */
};

struct dp_order {
    uint32_t kind;
    uint32_t mode; /* of a file */
    char size[24]; /* of a target's files, as the options of tmpfs say it */
    char inodes[24];
    char path[1024]; /* of a file: the number of a mount step, a slash, a name */
};

/* Sent to init by its host: kill all but yourself. */
#define DP_INIT_KILLS_ALL 10 /* SIGUSR1 */
/* And, after DP_STATUS_FAULT: let the one that it tells of go on. */
#define DP_INIT_GOES_ON 12 /* SIGUSR2 */

/* What init reports; one atomic write each. */
enum dp_status_kind {
    DP_STATUS_READY = 1, /* init has locked itself in */
    DP_STATUS_ENDED,     /* the target is dead, and all else with it */
    DP_STATUS_FAULT,     /* .faulted stands still at a SIGSEGV, which is .fault */
    DP_STATUS_OBEYED,    /* an order on a run that waits: .wait_status is 0 or an errno value */
    DP_STATUS_DEAD,      /* with DP_PLAN_COUNT_DEAD, now and then: .dead_us */
};

struct dp_child_usage {
    int64_t user_us;
    int64_t system_us;
    int64_t max_rss_bytes;
    int64_t switches_voluntary;
    int64_t switches_involuntary;
};

/* Of a SIGSEGV, as the kernel described it; .code 0: none. */
struct dp_stack_fault {
    int64_t code;
    uint64_t address;
    uint64_t stack_pointer;
};

struct dp_status {
    uint32_t kind;
    int32_t wait_status;
    int32_t last_resort; /* init's own deadline ended the run */
    int32_t host_gone;
    int32_t has_new_files;        /* with READY: mounts were made for this run */
    int64_t end_us;               /* CLOCK_MONOTONIC, when the target was reaped */
    struct dp_child_usage target; /* and its own waited-for children */
    struct dp_child_usage all;    /* everything init has waited for */
    int64_t init_us;              /* with ENDED: init's own CPU time, since it was made */
    int64_t dead_us;              /* with DEAD: CPU time of all that have died so far */
    struct dp_stack_fault fault;  /* with ENDED: the target's last one */
    int32_t faulted;              /* with FAULT: its number in the box; 0: the target */
};

/* The gate: the first notified call of a target is an execveat(2). A function's
 * has these arguments; it is answered, never executed. A program whose exec
 * failed says so by a second one, with the errno as third argument. */
#define DP_GATE_DIRECTORY_FD (-1)
#define DP_GATE_FLAGS 0x6470 /* no valid AT_ flags for execveat */

#endif
