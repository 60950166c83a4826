/* SPDX-License-Identifier: MIT */
/* collect.h - what the two ways of taking things out of a box share. */
#ifndef DP_COLLECT_H
#define DP_COLLECT_H

#include "dualpipe.h"

/* Open what the target made, beneath a directory, following nothing. What is closed to
 * this user is opened in the user namespace of process_fd, a pidfd, unless that is -1.
 * Returns the descriptor, or a negative errno value. */
int dp_collect_open(int directory, const char *name, int process_fd);

/* Copy a file, at most max_bytes of it. Returns how many, or -EFBIG. */
int64_t dp_collect_copy(int from, int to, int64_t max_bytes);

/* Copy what is in a directory to that of collect->fd. Returns the bytes, or
 * -EFBIG, -E2BIG (too many, too deep). process_fd as above. */
int64_t dp_collect_tree(int from, const struct dualpipe_collect *collect, int64_t max_bytes,
                        int process_fd);

#endif
