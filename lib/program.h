/* SPDX-License-Identifier: MIT */
/* program.h - the file that a job wants to run, looked at before anything is
 * made: whether it can run, where it is inside, how it gets there. */
#ifndef DP_PROGRAM_H
#define DP_PROGRAM_H

#include "dualpipe.h"
#include "identity.h"
#include "policy.h"

#include <limits.h>

/* Where a program that the box does not show is put. */
#define DP_PROGRAM_DIRECTORY "/program"

struct dp_program {
    int fd;                 /* open for reading where it must be copied, else O_PATH */
    char host[PATH_MAX];    /* absolute, links resolved */
    char inside[PATH_MAX];  /* where it is executed */
    bool is_shown;          /* the policy or a bind shows it there already */
    uint64_t number;        /* of a copy in memory, each its own; or 0 */
    bool is_copied;         /* the box's user could not read or execute it */
    int64_t size_bytes;     /* of the file */
    int64_t writable_bytes; /* of memory that it takes before its first instruction */
    char loader[256];       /* that it asks for, or "" */
};

/*
 * Errors: DUALPIPE_STEP_OPEN_PROGRAM with ENOENT, EACCES, ENOEXEC (a script, a
 * foreign architecture, no program at all), and what open(2) says.
 */
int dp_program_open(struct dp_program *program, const struct dualpipe_job *job,
                    const struct dp_policy *policy, const struct dp_identity *identity,
                    bool in_own_root, struct dualpipe_error *error);
void dp_program_release(struct dp_program *program);

#endif
