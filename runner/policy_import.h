/* SPDX-License-Identifier: MIT */
/* policy_import.h - policies out of the formats of others. */
#ifndef RUNNER_POLICY_IMPORT_H
#define RUNNER_POLICY_IMPORT_H

#include <stddef.h>

/* Print a policy made of the seccomp JSON of container engines. Returns the exit
 * status. */
int policy_import_oci(const char *path);

/*
 * The same, from text to text. *policy is set to the policy, or to a sentence
 * that says what cannot be imported; free() it in both cases. Returns 0 or a
 * negative errno value; with -ENOMEM, *policy is NULL.
 */
int policy_import_oci_text(const char *json, size_t size, char **policy);

#endif
