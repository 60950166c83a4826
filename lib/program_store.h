/* SPDX-License-Identifier: MIT */
/*
 * program_store.h - the programs of a pool's jobs, looked at once.
 *
 * What the policy does not show has no mount in a box that is made before its
 * job: it is executed from a sealed copy in memory, which is made once for all
 * runs. A program is known by its path and by what stat(2) says of it, the
 * times among it: one that has changed is looked at anew.
 */
#ifndef DP_PROGRAM_STORE_H
#define DP_PROGRAM_STORE_H

#include "program.h"

#include <pthread.h>

struct dp_program_entry;

struct dp_program_store {
    pthread_mutex_t lock;
    struct dp_program_entry *first; /* the latest one used */
    unsigned count;
    uint64_t last_number;
    int64_t copied_bytes;
};

void dp_program_store_init(struct dp_program_store *store);
void dp_program_store_release(struct dp_program_store *store);

/*
 * As dp_program_open(). program->fd is a copy in memory where the program is not
 * shown, else -1. -EFBIG: it is too large to be copied.
 */
int dp_program_store_get(struct dp_program_store *store, struct dp_program *program,
                         const struct dualpipe_job *job, const struct dp_policy *policy,
                         const struct dp_identity *identity, struct dualpipe_error *error);

#endif
