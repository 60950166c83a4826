/* SPDX-License-Identifier: MIT */
/* traces.h - what a target under a policy could leave behind in namespaces that
 * outlive it; told from the policy's rules alone. */
#ifndef DP_TRACES_H
#define DP_TRACES_H

#include "policy.h"

/* In the network namespace, or in keyrings of its user: a box that is used again
 * would not be fresh. Sockets of AF_UNIX that can be had and led nowhere leave
 * nothing. */
bool dp_traces_for_good(const struct dp_policy *policy);

/* System V IPC objects or POSIX message queues. */
bool dp_traces_in_ipc(const struct dp_policy *policy);

#endif
