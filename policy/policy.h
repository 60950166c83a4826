/* SPDX-License-Identifier: MIT */
/*
 * policy.h - what a target may do, as values: rules, view, limits, filter.
 *
 * The way of a policy: text -> dp_policy_parse() -> struct dp_policy ->
 * dp_filter_build() (libseccomp) -> struct dp_filter -> dp_filter_prove() (our
 * own interpreter against dp_policy_decide()) -> ready for use.
 */
#ifndef DP_POLICY_H
#define DP_POLICY_H

#include "dualpipe.h"

#include <linux/filter.h>

/* What the answer to a system call is. Zero is the strictest. */
enum dp_answer {
    DP_ANSWER_KILL = 0, /* to the listener, which names it and ends the run */
    DP_ANSWER_ERRNO,    /* to the listener, which names and counts it */
    DP_ANSWER_ENOSYS,   /* in the filter itself: free, not counted */
    DP_ANSWER_ALLOW,    /* in the filter itself: free */
    DP_ANSWER_WITNESS,  /* to the listener, which takes note and lets it go on */
};

/* True when (arguments[argument] & mask) == value. All 64 bits count. */
struct dp_condition {
    unsigned argument; /* 0 to 5 */
    uint64_t mask;
    uint64_t value;
};

#define DP_CONDITIONS_MAX 6

/* One alternative of a call: it holds when all its conditions do. */
struct dp_alternative {
    enum dp_answer answer; /* DP_ANSWER_ALLOW or DP_ANSWER_WITNESS */
    unsigned condition_count;
    struct dp_condition conditions[DP_CONDITIONS_MAX];
};

/* All rules for one system call. The alternatives are tried in order; where
 * none holds, the call's own answer applies. */
struct dp_call {
    int number;
    enum dp_answer answer;
    int errnum; /* with DP_ANSWER_ERRNO */
    unsigned first_alternative;
    unsigned alternative_count;
};

/* One line of the file-system view. */
enum dp_view_kind {
    DP_VIEW_SHOW = 0,  /* a host path, read-only, at the same place */
    DP_VIEW_DIRECTORY, /* empty, private, writable; its bytes are the disk limit's */
    DP_VIEW_DEVICE,    /* a device node of the host */
    DP_VIEW_PROC,      /* a pid-only /proc */
};

struct dp_view {
    enum dp_view_kind kind;
    const char *path;   /* absolute, no "..", no "//", no trailing slash */
    bool optional;      /* leave it out where the host has it not */
    bool executable;    /* programs may be executed, code mapped */
    int64_t size_bytes; /* of a directory's own; 0: it shares what the others leave */
};

/* A policy, resolved: nothing is looked up any more. */
struct dp_policy {
    const char *name;
    char sha256[65]; /* of the text and of every text it uses, in order */

    const struct dp_call *calls; /* sorted by number, each number once */
    size_t call_count;
    const struct dp_alternative *alternatives;
    size_t alternative_count;
    enum dp_answer otherwise; /* for a number in the table without a rule:
                               * DP_ANSWER_KILL, _ERRNO or _ENOSYS */
    int otherwise_errnum;

    const struct dp_view *views;
    size_t view_count;
    const char *const *env; /* "NAME=value" */
    size_t env_count;
    const char *const *preload; /* modules that a warm interpreter has imported */
    size_t preload_count;
    const char *directory; /* to start in */
    struct dualpipe_limits limits;
    uint32_t layers; /* required, as DUALPIPE_LAYER_BIT() */
    bool exec_once;  /* else execve is as its rule says */
};

/* A compiled filter. */
struct dp_filter {
    const struct sock_filter *instructions;
    size_t count;
    char sha256[65]; /* of the instructions as the kernel gets them */
};

/* The newest system call of our table; all numbers above are ENOSYS. */
#define DP_SYSCALL_NEWEST 449

/* Where a text is wrong. */
struct dp_policy_error {
    int errnum;
    char file[96];
    unsigned line;
    unsigned column;
    char message[192]; /* what was found and what was expected */
};

/* Memory that a policy is built in; freed as one. NULL for built-in ones. */
struct dp_arena;
void dp_arena_free(struct dp_arena *arena);

/*
 * Parse a text. name is what messages call it; find, where "use NAME" looks
 * (the built-in texts, and files beside this one: see policy_parse.c).
 * On success, *policy points into *arena. Returns 0 or a negative errno value.
 */
int dp_policy_parse(struct dp_policy *policy, struct dp_arena **arena, const char *name,
                    const char *text, size_t size, struct dp_policy_error *error);

/* The answer of the policy to one call of the native architecture: the model
 * that a filter is proved against, and what the listener asks. *errnum is set
 * with DP_ANSWER_ERRNO. */
enum dp_answer dp_policy_decide(const struct dp_policy *policy, int number,
                                const uint64_t arguments[6], int *errnum);

/* Compile with libseccomp. On success the instructions are malloc()ed. */
int dp_filter_build(struct dp_filter *filter, const struct dp_policy *policy);
void dp_filter_release(struct dp_filter *filter);

/* Run a filter as the kernel would. Returns the action, as SECCOMP_RET_ALLOW,
 * or a negative errno value for a program that the kernel would not take. */
struct seccomp_data;
int64_t dp_filter_evaluate(const struct dp_filter *filter, const struct seccomp_data *data);

/* Check a filter against the policy's own answers. Returns 0, or -EBADMSG and
 * the first call for which they differ; one that is too large to be proved has
 * the same .expected and .found. */
struct dp_mismatch {
    int number;
    uint32_t architecture;
    uint64_t arguments[6];
    uint32_t expected;
    uint32_t found;
};
int dp_filter_prove(const struct dp_filter *filter, const struct dp_policy *policy,
                    struct dp_mismatch *mismatch);

/* The built-in policies: parsed, compiled and proved when this was built. */
struct dp_builtin_policy {
    struct dp_policy policy;
    struct dp_filter filter;
    const char *text;
};
extern const struct dp_builtin_policy dp_builtin_policies[];
extern const size_t dp_builtin_policy_count;

/* What the public handle is. */
struct dualpipe_policy {
    struct dp_policy policy;
    struct dp_filter filter;
    const char *text;       /* its own, without those that it uses */
    struct dp_arena *arena; /* NULL for a built-in one */
};

#endif
