/* SPDX-License-Identifier: MIT */
/*
 * identity.h - which user of the host a box is.
 *
 * Never uid 0: for it RLIMIT_NPROC does nothing, and root's files stay its
 * own. An ordinary user's box is that user, and so is the box of one who is
 * root in a user namespace only. Root's boxes get a uid and gid of their own
 * each, out of a range that nobody else uses, so that two boxes are strangers
 * to each other. A box that is used again needs two, which an ordinary user has with
 * a subordinate range only.
 */
#ifndef DP_IDENTITY_H
#define DP_IDENTITY_H

#include "dualpipe.h"

/* The private range: DP_UID_FIRST up to DP_UID_FIRST + DP_UID_COUNT - 1. One
 * byte of the file, locked, claims one uid for as long as it is used. */
#define DP_UID_FIRST 0x77000000U
#define DP_UID_COUNT 65536U
#define DP_UID_DIRECTORY "/run/dualpipe"
#define DP_UID_FILE "uids"

/* What the box itself sees. */
#define DP_UID_INSIDE 1000U
#define DP_UID_SPAWNER 999U /* of a box that is used again: not the target's */

struct dp_identity {
    uid_t uid; /* on the host */
    gid_t gid;
    bool is_private;     /* root's: claimed, and the box must change to it */
    bool is_subordinate; /* an ordinary user's second one, likewise; subordinate.h */
    int lock_fd;         /* or -1 */
};

int dp_identity_claim(struct dp_identity *identity, struct dualpipe_error *error);

/* Two of them, strangers to each other, for a box that is used again; and whether the
 * caller can have them, as far as can be told before. */
int dp_identity_claim_two(struct dp_identity *target, struct dp_identity *spawner,
                          struct dualpipe_error *error);
int dp_identity_check_two(struct dualpipe_error *error);
void dp_identity_release(struct dp_identity *identity);

#endif
