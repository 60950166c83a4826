/* SPDX-License-Identifier: MIT */
/*
 * told.h - what a target's memory held behind the arguments of a refused call.
 *
 * Hearsay: the target can have changed it at any time, and nothing is decided by
 * it. In words, it is ASCII without control characters, and is marked.
 */
#ifndef DP_TOLD_H
#define DP_TOLD_H

#include "syscall_table.h"

#define DP_TOLD_BYTES 128 /* of one argument; a longer one is cut */
#define DP_TOLD_MAX 2     /* two paths, as rename has them */

struct dp_told {
    unsigned argument;
    size_t length; /* without the NUL of a path */
    bool is_cut;
    unsigned char bytes[DP_TOLD_BYTES];
};

struct dp_told_list {
    unsigned count;
    struct dp_told at[DP_TOLD_MAX];
};

/* Is the argument one that a target tells something by? */
bool dp_told_is_kind(enum dp_kind kind);

/* "\"/etc/passwd\" (as the target told it)", or "{AF_INET, 127.0.0.1:80} (...)". Returns
 * false, with nothing written, where the list has nothing for the argument. */
bool dp_told_text(char *text, size_t size, const struct dp_told_list *list,
                  const struct dp_argument *argument);

#endif
