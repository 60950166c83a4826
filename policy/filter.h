/* SPDX-License-Identifier: MIT */
/* filter.h - what the filter's builder, interpreter and prover share. */
#ifndef DP_FILTER_H
#define DP_FILTER_H

#include "policy.h"

#include <linux/seccomp.h>

/* The action for a call of a foreign architecture, x32 included: to the
 * listener, which names it and kills, whatever the policy says. A kill by the
 * filter itself would look like the target's own SIGSYS. */
#define DP_ACTION_FOREIGN SECCOMP_RET_USER_NOTIF
/* In a call's number, it says that the call is one of x32. */
#define DP_X32_BIT UINT32_C(0x40000000)

/* The rules for one call, or NULL where there are none of its own. */
const struct dp_call *dp_policy_find_call(const struct dp_policy *policy, int number);

/* The action that a policy's answer is in a filter. */
uint32_t dp_filter_action(enum dp_answer answer);

/*
 * What libseccomp made of the calls, written anew in fewer instructions, and with
 * what it knows nothing of: foreign architectures, x32, unassigned numbers. There
 * is room for BPF_MAXINSNS of them. Returns 0, -ENOMEM, or -ENOTSUP where it does
 * what we do not follow, or would be too long.
 */
int dp_filter_pack(const struct sock_filter *from, size_t from_count, struct sock_filter *to,
                   size_t *to_count);

/* Would the kernel take the program? Returns 0 or -EINVAL. */
int dp_filter_check(const struct dp_filter *filter);

/*
 * For one number of the native architecture: do all the arguments there are get
 * the action that the policy's rules give them? An exact check, by the paths
 * through the program; dp_filter_prove() tries values as well. Returns 0, or
 * -EBADMSG and arguments for which the answer is wrong (all zero where the
 * program does what none of ours would do, so that it cannot be followed).
 */
int dp_filter_follow(const struct dp_filter *filter, const struct dp_policy *policy, int number,
                     uint64_t arguments[6]);

/* Run a program that was checked. Returns the action. */
uint32_t dp_filter_run(const struct dp_filter *filter, const struct seccomp_data *data);

#endif
