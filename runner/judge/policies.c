/* SPDX-License-Identifier: MIT */
/* policies.c - see policies.h. */
#include "policies.h"

#include "allocate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct loaded {
    char *name;
    struct dualpipe_policy *policy;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct loaded *all;
static size_t count;

static const struct dualpipe_policy *load(const char *name, char **error)
{
    struct dualpipe_error why = {.size = sizeof(why)};
    struct dualpipe_policy *policy;
    struct loaded *loaded;
    char text[512];

    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0)
            return all[i].policy;
    }
    if (dualpipe_policy_load(&policy, name, &why) < 0) {
        *error = text_copy(dualpipe_error_text(&why, text, sizeof(text)));
        return NULL;
    }
    loaded = GROW(all, count);
    *loaded = (struct loaded){.name = text_copy(name), .policy = policy};
    return policy;
}

const struct dualpipe_policy *policies_get(const char *name, char **error)
{
    const struct dualpipe_policy *policy;

    (void)pthread_mutex_lock(&lock);
    policy = load(name, error);
    (void)pthread_mutex_unlock(&lock);
    return policy;
}

void policies_release(void)
{
    for (size_t i = 0; i < count; i++) {
        dualpipe_policy_free(all[i].policy);
        free(all[i].name);
    }
    free(all);
    all = NULL;
    count = 0;
}
