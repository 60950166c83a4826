/* SPDX-License-Identifier: MIT */
/*
 * idmap.h - show a directory to a box as if its owner were the box's user.
 *
 * Root's boxes have uids of their own, which own nothing on the host. A mount
 * with an id map lets one of them read, and write where that is asked for, what
 * belongs to one other user; what it makes there belongs to that user.
 */
#ifndef DP_IDMAP_H
#define DP_IDMAP_H

#include "identity.h"

#include <sys/stat.h>

/* Give a detached mount the map from the owner of what it shows to the box.
 * Returns 0, or a negative errno value: -EINVAL where the file system has no
 * such mounts. */
int dp_idmap_mount(int mount_fd, const struct stat *owner, const struct dp_identity *identity);

#endif
