/* SPDX-License-Identifier: MIT */
/* policy_load.c - see policy_load.h. */
#include "policy_load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void name_all(char *text, size_t size)
{
    size_t length = 0;
    const char *name;
    size_t i;

    for (i = 0; (name = dualpipe_policy_builtin(i)) && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%s",
                                   i == 0 ? "the built-in ones are " : ", ", name);
}

int policy_load(struct dualpipe_policy **policy, const char *name, struct dualpipe_error *error)
{
    int status = dualpipe_policy_load(policy, name, error);

    if (status == 0)
        return 0;
    if (error->errnum == 0)
        error->errnum = -status;
    if (error->step == DUALPIPE_STEP_NONE)
        error->step = DUALPIPE_STEP_READ_POLICY;
    if (status == -ENOENT && !strchr(name, '/') && !error->advice[0])
        name_all(error->advice, sizeof(error->advice));
    return -1;
}
