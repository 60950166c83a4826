/* SPDX-License-Identifier: MIT */
/* cgroup_find.h - where groups can be made on this host. */
#ifndef DP_CGROUP_FIND_H
#define DP_CGROUP_FIND_H

#include "cgroup.h"

/* Sets .kind and opens .parent[] of each tree that is of use. Finding none is
 * no error. only_v2: look for nothing else. */
void dp_cgroup_find(struct dp_cgroup *cgroup, bool only_v2);

#endif
