/* SPDX-License-Identifier: MIT */
/*
 * subordinate.h - a second user of the host for an ordinary user's box.
 *
 * The administrator may give a user uids and gids that nobody else has: subuid(5),
 * subgid(5). The set-uid programs newuidmap(1) and newgidmap(1) let these appear in
 * a user namespace. A box that is used again has its spawner as the user and its
 * targets as one of these, so that a target can neither signal nor read what makes
 * the next one. They own nothing of the host's.
 *
 * Only ranges in those two files are found: what other sources of nsswitch.conf(5)
 * give is known to a library (libsubid) that is not asked.
 */
#ifndef DP_SUBORDINATE_H
#define DP_SUBORDINATE_H

#include "identity.h"

#define DP_SUBORDINATE_UIDS "/etc/subuid"
#define DP_SUBORDINATE_GIDS "/etc/subgid"
#define DP_NEWUIDMAP "/usr/bin/newuidmap"
#define DP_NEWGIDMAP "/usr/bin/newgidmap"

/* A span of ids. */
struct dp_id_range {
    uint32_t first;
    uint32_t count; /* 0: there is none */
};

/* The longest range that a file in the form of subuid(5) gives to the user, by name or by
 * uid. What is no range is passed over. Returns 0, or a negative errno value where the
 * file cannot be read. */
int dp_subordinate_find(const char *file, const char *user, uid_t uid, struct dp_id_range *range);

/* Whether this user can have one, as far as can be told before it is tried. Returns 0,
 * or a negative errno value. */
int dp_subordinate_check(struct dualpipe_error *error);

/* One that no other box has, of the caller's network namespace. */
int dp_subordinate_claim(struct dp_identity *identity, struct dualpipe_error *error);

/* The map of a new user namespace, whose only process waits: two ids, each seen
 * inside as another. Returns 0, or a negative errno value. */
struct dp_id_pair {
    unsigned inside;
    unsigned outside;
};
int dp_subordinate_map(pid_t pid, const char *program, const struct dp_id_pair pairs[2],
                       struct dualpipe_error *error);

#endif
