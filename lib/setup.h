/* SPDX-License-Identifier: MIT */
/*
 * setup.h - all that is decided for one run before anything is cloned: the
 * plan, and what the host's side holds for it.
 */
#ifndef DP_SETUP_H
#define DP_SETUP_H

#include "block.h"
#include "cgroup.h"
#include "cpus.h"
#include "dualpipe.h"
#include "identity.h"
#include "plan.h"
#include "policy.h"
#include "program.h"

/* Descriptors that the box inherits: detached mounts, files to copy. */
#define DP_SETUP_FDS (DP_PLAN_FDS_MAX - 16)

struct dp_setup {
    const struct dualpipe_job *job;
    const struct dualpipe_policy *policy;
    struct dualpipe_limits limits; /* resolved */
    uint32_t layers;               /* that are applied */
    bool bars_user_namespaces;     /* the box may make none, whatever the filter says */
    bool runs_in_place;            /* in a fork of the host, not as the box program */
    int64_t inherited_bytes;       /* then: what of the host's memory it starts with */
    enum dp_spawn spawn;           /* of a warm box: targets and their jobs come later */
    bool forks;                    /* then: as forks of an interpreter, .program */
    unsigned own_processes;        /* ours in the box's cgroup, beside the target */
    unsigned own_user_processes;   /* and of the target's uid */
    struct dp_identity spawner;    /* with DP_SPAWN_AGAIN: the spawner's own */
    struct dp_identity identity;
    struct dp_cpus cpus;       /* that it may run on */
    struct dp_cgroup cgroup;   /* .kind is DP_CGROUP_NONE where there is none */
    bool makes_processes;      /* the policy lets the target have children */
    bool counts_dead;          /* then, without a cgroup: init adds up the time of all that die */
    struct dp_program program; /* .fd is -1 for a function */
    struct dp_block block;     /* the plan */
    int fds[DP_SETUP_FDS];
    unsigned fd_count;
    int sheet_fd;         /* one of them, or -1 */
    int zygote_fd;        /* with .forks: another, or -1 */
    int program_fd;       /* of a warm box: the target's number for its program */
    unsigned mount_count; /* mounts that the box must have in the end */
    int64_t files_bytes;  /* of a warm box: what its shared files may take in the next run */
    int64_t sized_bytes;  /* of the disk limit: of directories with a size of their own */
};

/* The ends of the box's pipes that the child gets; filled in by box.c before
 * the plan is made. */
struct dp_child_ends {
    int control;
    int status;
    int life;
    int error;
    int streams[3];
    int doors[DP_TREE_COUNT - 1]; /* of a v1 group, to join it by */
};

static inline bool dp_setup_has(const struct dp_setup *setup, enum dualpipe_layer layer)
{
    return (setup->layers & DUALPIPE_LAYER_BIT(layer)) != 0;
}

/* Does the gate's call come back, so that no exec follows? */
static inline bool dp_setup_is_answered(const struct dp_setup *setup)
{
    return setup->job->function != NULL || setup->forks;
}

/* Does the job say what to run, and nothing that contradicts itself? */
int dp_setup_check_job(const struct dualpipe_job *job, struct dualpipe_error *error);

/* Does init look at the target's SIGSEGVs, and at those of its children where the
 * policy lets it have any? A function's stack is its host's. */
static inline bool dp_setup_watches_stack(const struct dp_setup *setup)
{
    return !setup->runs_in_place && setup->limits.stack_bytes != DUALPIPE_UNLIMITED &&
           dp_setup_has(setup, DUALPIPE_LAYER_RLIMITS);
}

/* Check the job, look up and open what it names. On failure nothing is held. */
int dp_setup_make(struct dp_setup *setup, const struct dualpipe_job *job,
                  const struct dualpipe_policy *policy, struct dualpipe_error *error);

/* The same for a warm box. job says only what all its jobs have in common: it
 * has no target; or where it has one, that is the interpreter that all targets are
 * forks of. sheet_fd is taken over. */
int dp_setup_make_warm(struct dp_setup *setup, const struct dualpipe_job *job,
                       const struct dualpipe_policy *policy, enum dp_spawn spawn, int sheet_fd,
                       struct dualpipe_error *error);

/* Write the plan into setup->block. */
int dp_setup_plan(struct dp_setup *setup, const struct dp_child_ends *ends,
                  struct dualpipe_error *error);

void dp_setup_release(struct dp_setup *setup);

/* view.c: the file tree as steps, and Landlock's grants on it. */
int dp_view_plan(struct dp_setup *setup, struct dp_plan *plan, struct dualpipe_error *error);

/* What a tmpfs for so many bytes takes as options; 0 is its word for "no limit". */
void dp_view_size(char size[24], char inodes[24], int64_t disk_bytes, unsigned own_inodes);

/* Does a name lead down from where it starts, and nowhere else? */
bool dp_view_is_plain(const char *name);

/* Landlock as this kernel has it; 0 where it has it not. */
int dp_landlock_version(void);

#endif
