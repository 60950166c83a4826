/* SPDX-License-Identifier: MIT */
/* policies.c - see policies.h. */
#include "policies.h"

#include "../policy_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_room(struct dualpipe_error *error, int errnum, const char *name, const char *advice)
{
    *error =
        (struct dualpipe_error){.step = DUALPIPE_STEP_READ_POLICY, .errnum = errnum, .layer = -1};
    (void)snprintf(error->subject, sizeof(error->subject), "%s", name);
    (void)snprintf(error->advice, sizeof(error->advice), "%s", advice);
    return -1;
}

static int add(struct policies *policies, const char *name, struct dualpipe_error *error)
{
    struct named_policy *known;
    struct named_policy new;

    if (policies->count == POLICIES_MAX)
        return no_room(error, E2BIG, name, "a batch may name 256 policies; split it");
    known = realloc(policies->known, (policies->count + 1) * sizeof(*known));
    if (!known)
        return no_room(error, ENOMEM, name, "");
    policies->known = known;
    if (policy_load(&new.policy, name, error) < 0)
        return -1;
    new.name = strdup(name);
    if (!new.name) {
        dualpipe_policy_free(new.policy);
        return no_room(error, ENOMEM, name, "");
    }
    known[policies->count++] = new;
    return 0;
}

const struct dualpipe_policy *policies_get(struct policies *policies, const char *name,
                                           struct dualpipe_error *error)
{
    size_t i;

    for (i = 0; i < policies->count; i++) {
        if (strcmp(policies->known[i].name, name) == 0)
            return policies->known[i].policy;
    }
    if (add(policies, name, error) < 0)
        return NULL;
    return policies->known[policies->count - 1].policy;
}

void policies_release(struct policies *policies)
{
    while (policies->count > 0) {
        struct named_policy *last = &policies->known[--policies->count];

        dualpipe_policy_free(last->policy);
        free(last->name);
    }
    free(policies->known);
    policies->known = NULL;
}
