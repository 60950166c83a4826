/* SPDX-License-Identifier: MIT */
/* policies.h - the policies that the jobs of a batch name, each loaded once. */
#ifndef BATCH_POLICIES_H
#define BATCH_POLICIES_H

#include "dualpipe.h"

struct named_policy {
    char *name;
    struct dualpipe_policy *policy;
};

/* Zeroed it is ready for use. Loaded once, a policy stays as it was. */
struct policies {
    struct named_policy *known;
    size_t count;
};

#define POLICIES_MAX 256

/* Returns it, or NULL and the error. It lasts until the release. */
const struct dualpipe_policy *policies_get(struct policies *policies, const char *name,
                                           struct dualpipe_error *error);
void policies_release(struct policies *policies);

#endif
