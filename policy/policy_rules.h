/* SPDX-License-Identifier: MIT */
/*
 * policy_rules.h - what a text has said about system calls so far.
 *
 * A statement without conditions is a call's answer: it replaces all that was
 * said about the call before. Statements with conditions add to it.
 */
#ifndef DP_POLICY_RULES_H
#define DP_POLICY_RULES_H

#include "policy_text.h"

struct dp_rule {
    enum dp_answer answer;
    int errnum;
    struct dp_mark mark; /* of the answer; .frame is 0 where there is none */
    unsigned alternative_count;
    unsigned witness_argument;
    uint64_t witness_size;
    struct dp_mark witness_mark; /* .frame is 0 where nothing is witnessed */
};

/* One alternative, for one call. */
struct dp_extra {
    int number; /* -1: replaced since */
    struct dp_mark mark;
    bool is_witnessed;
    struct dp_alternative alternative;
};

struct dp_rules {
    struct dp_policy_error *error;
    struct dp_rule by_number[DP_SYSCALL_NEWEST + 1];
    struct dp_extra *extras;
    size_t extra_count;
    size_t extra_room;
    unsigned total; /* of all that was said, replaced or not */
    enum dp_answer otherwise;
    int otherwise_errnum;
    struct dp_mark otherwise_mark;
};

void dp_rules_release(struct dp_rules *rules);

/* One more rule: an error beyond DP_RULES_MAX. */
int dp_rules_count(struct dp_rules *rules, const struct dp_line *line);

/* All return 0 or a negative errno value, with the error set. The column is
 * that of the call's name. */
int dp_rules_answer(struct dp_rules *rules, const struct dp_line *line, unsigned column, int number,
                    enum dp_answer answer, int errnum);
int dp_rules_add(struct dp_rules *rules, const struct dp_line *line, unsigned column, int number,
                 const struct dp_alternative *alternative);
int dp_rules_witness(struct dp_rules *rules, const struct dp_line *line, unsigned column,
                     int number, unsigned argument, uint64_t size);

/* Put the calls and their alternatives into the policy, .exec_once being set. */
int dp_rules_finish(struct dp_rules *rules, struct dp_arena *arena, struct dp_policy *policy);

#endif
