/* SPDX-License-Identifier: MIT */
/* environment.h - of two entries for one name, the job's counts. */
#ifndef DP_ENVIRONMENT_H
#define DP_ENVIRONMENT_H

#include <stdbool.h>
#include <string.h>

/* Does one of by, which may be NULL, set the name that the entry sets? */
static inline bool dp_environment_overrides(const char *const *by, const char *entry)
{
    const char *equals = strchr(entry, '=');
    const size_t length = equals ? (size_t)(equals - entry) + 1 : strlen(entry);

    for (; by && *by; by++)
        /* Up to the "=" of both; no terminator is wanted. */
        if (strncmp(entry, *by, length) == 0) /* NOLINT(bugprone-not-null-terminated-result) */
            return true;
    return false;
}

#endif
