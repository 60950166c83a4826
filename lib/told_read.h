/* SPDX-License-Identifier: MIT */
/* told_read.h - reads what a refused call's arguments point to. */
#ifndef DP_TOLD_READ_H
#define DP_TOLD_READ_H

#include "told.h"

struct seccomp_notif;

/* Read the paths and the socket addresses of a call that waits for its answer. What
 * cannot be read is left out; the list is empty where the caller is gone. */
void dp_told_read(struct dp_told_list *list, int listener, const struct seccomp_notif *call);

#endif
