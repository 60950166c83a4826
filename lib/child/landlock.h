/* SPDX-License-Identifier: MIT */
/* landlock.h - see landlock.c. */
#ifndef DP_LANDLOCK_H
#define DP_LANDLOCK_H

struct child;

/* Needs no_new_privs and free descriptors; after it, no mount can be made. */
void child_restrict_files(const struct child *child);

/* The rules for the mounts as they are now. Returns their descriptor. */
int child_make_rules(const struct child *child);

#endif
