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
    bool runs_in_place;            /* in a fork of the host, not as the box program */
    int64_t inherited_bytes;       /* then: what of the host's memory it starts with */
    struct dp_identity identity;
    struct dp_cpus cpus;       /* that it may run on */
    struct dp_cgroup cgroup;   /* .kind is DP_CGROUP_NONE where there is none */
    bool makes_processes;      /* the policy lets the target have children */
    struct dp_program program; /* .fd is -1 for a function */
    struct dp_block block;     /* the plan */
    int fds[DP_SETUP_FDS];
    unsigned fd_count;
    unsigned mount_count; /* mounts that the box must have in the end */
};

/* The ends of the box's pipes that the child gets; filled in by box.c before
 * the plan is made. */
struct dp_child_ends {
    int control;
    int status;
    int life;
    int error;
    int streams[3];
};

static inline bool dp_setup_has(const struct dp_setup *setup, enum dualpipe_layer layer)
{
    return (setup->layers & DUALPIPE_LAYER_BIT(layer)) != 0;
}

/* Does init look at the target's SIGSEGVs? Not where the policy lets it have
 * children: their signals would stop it, too. A function's stack is its host's. */
static inline bool dp_setup_watches_stack(const struct dp_setup *setup)
{
    return !setup->makes_processes && !setup->runs_in_place &&
           setup->limits.stack_bytes != DUALPIPE_UNLIMITED &&
           dp_setup_has(setup, DUALPIPE_LAYER_RLIMITS);
}

/* Check the job, look up and open what it names. On failure nothing is held. */
int dp_setup_make(struct dp_setup *setup, const struct dualpipe_job *job,
                  const struct dualpipe_policy *policy, struct dualpipe_error *error);

/* Write the plan into setup->block. */
int dp_setup_plan(struct dp_setup *setup, const struct dp_child_ends *ends,
                  struct dualpipe_error *error);

void dp_setup_release(struct dp_setup *setup);

/* view.c: the file tree as steps, and Landlock's grants on it. */
int dp_view_plan(struct dp_setup *setup, struct dp_plan *plan, struct dualpipe_error *error);

/* Landlock as this kernel has it; 0 where it has it not. */
int dp_landlock_version(void);

#endif
