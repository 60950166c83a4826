/* SPDX-License-Identifier: MIT */
/*
 * filter_build.c - a policy to a seccomp filter.
 *
 * libseccomp makes a program of the calls; we add architectures and numbers without
 * a call, and make it shorter (filter_pack.c). What comes out is not trusted: see
 * filter_prove.c.
 */
#include "filter.h"
#include "sha256.h"
#include "syscall_table.h"

#include <errno.h>
#include <linux/audit.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER_AT ((uint32_t)offsetof(struct seccomp_data, nr))
#define ARCHITECTURE_AT ((uint32_t)offsetof(struct seccomp_data, arch))

/* dp_syscall_is_known() in instructions; the prover compares the two. */
#define GAP_FIRST 335
#define GAP_LAST 423

/*
 * libseccomp would kill by the thread's death for a foreign architecture if it
 * were not told, knows nothing of numbers newer than it is, and answers the
 * unassigned ones like refused ones.
 */
static const struct sock_filter prologue[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARCHITECTURE_AT),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, DP_ACTION_FOREIGN),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NUMBER_AT),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, DP_X32_BIT, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, DP_ACTION_FOREIGN),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, DP_SYSCALL_NEWEST, 2, 0),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, GAP_FIRST, 0, 2),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, GAP_LAST, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
};

#define PROLOGUE_COUNT (sizeof(prologue) / sizeof(prologue[0]))

uint32_t dp_filter_action(enum dp_answer answer)
{
    if (answer == DP_ANSWER_ALLOW)
        return SECCOMP_RET_ALLOW;
    if (answer == DP_ANSWER_ENOSYS)
        return SECCOMP_RET_ERRNO | ENOSYS;
    return SECCOMP_RET_USER_NOTIF;
}

static struct scmp_arg_cmp comparison(const struct dp_condition *condition)
{
    struct scmp_arg_cmp made = {.arg = condition->argument};

    if (condition->mask == UINT64_MAX) {
        made.op = SCMP_CMP_EQ;
        made.datum_a = condition->value;
    } else {
        made.op = SCMP_CMP_MASKED_EQ;
        made.datum_a = condition->mask;
        made.datum_b = condition->value;
    }
    return made;
}

static int add_alternative(scmp_filter_ctx context, int number,
                           const struct dp_alternative *alternative)
{
    struct scmp_arg_cmp comparisons[DP_CONDITIONS_MAX];
    unsigned i;

    for (i = 0; i < alternative->condition_count; i++)
        comparisons[i] = comparison(&alternative->conditions[i]);
    return seccomp_rule_add_exact_array(context, SCMP_ACT_ALLOW, number, i, comparisons);
}

/*
 * A call's cases that are allowed. A filter allows when any of them holds, so
 * none may stand behind one that is to be witnessed instead.
 */
static int add_alternatives(scmp_filter_ctx context, const struct dp_policy *policy,
                            const struct dp_call *call)
{
    bool is_witness_seen = false;
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *alternative =
            &policy->alternatives[call->first_alternative + i];
        int result;

        if (alternative->answer == DP_ANSWER_WITNESS) {
            is_witness_seen = true;
            continue;
        }
        if (is_witness_seen || alternative->answer != DP_ANSWER_ALLOW)
            return -EINVAL;
        result = add_alternative(context, call->number, alternative);
        if (result < 0)
            return result;
    }
    return 0;
}

/* What is not added here is notified. */
static int add_call(scmp_filter_ctx context, const struct dp_policy *policy, int number)
{
    static const uint64_t unused[6];
    const struct dp_call *call = dp_policy_find_call(policy, number);
    enum dp_answer answer;
    int errnum;

    if (call && call->alternative_count > 0) {
        /* libseccomp lets a rule without conditions win over those with some. */
        if (call->answer == DP_ANSWER_ALLOW || call->answer == DP_ANSWER_ENOSYS)
            return -EINVAL;
        return add_alternatives(context, policy, call);
    }
    answer = dp_policy_decide(policy, number, unused, &errnum);
    if (answer == DP_ANSWER_ALLOW)
        return seccomp_rule_add_exact_array(context, SCMP_ACT_ALLOW, number, 0, NULL);
    if (answer == DP_ANSWER_ENOSYS)
        return seccomp_rule_add_exact_array(context, SCMP_ACT_ERRNO(ENOSYS), number, 0, NULL);
    return 0;
}

/*
 * libseccomp 2.5 counts a program's blocks in 16 bits and writes beyond its memory
 * where there are more, and takes minutes to come so far. So a policy that may have
 * eight times as many instructions as the kernel takes never gets there: cases share
 * what they have in common, but not as much. A condition compares two words: each is
 * loaded, masked and compared.
 */
#define CONDITION_INSTRUCTIONS 6
#define INSTRUCTIONS_MAX (8UL * BPF_MAXINSNS)

static bool is_far_too_large(const struct dp_policy *policy)
{
    size_t count = 0;

    for (size_t i = 0; i < policy->alternative_count; i++)
        count += 1 + CONDITION_INSTRUCTIONS * policy->alternatives[i].condition_count;
    return count > INSTRUCTIONS_MAX;
}

static int set_up(scmp_filter_ctx context)
{
    int result = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);

    if (result == 0)
        result = seccomp_attr_set(context, SCMP_FLTATR_CTL_NNP, 0); /* the box does that */
    if (result == 0)
        result = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree by number */
    return result;
}

/* Without a shorter one, as it is, behind a start of our own. */
static int put_behind_prologue(const struct sock_filter *exported, size_t count,
                               struct sock_filter *made, size_t *made_count)
{
    if (count + PROLOGUE_COUNT > BPF_MAXINSNS)
        return -E2BIG;
    memcpy(made, prologue, sizeof(prologue));
    memcpy(made + PROLOGUE_COUNT, exported, count * sizeof(*made));
    *made_count = count + PROLOGUE_COUNT;
    return 0;
}

/* Our own filter, of what libseccomp made. */
static int take_over(struct dp_filter *filter, const struct sock_filter *exported, size_t count)
{
    struct sock_filter *made = calloc(BPF_MAXINSNS, sizeof(*made));
    struct sock_filter *fitting;
    int result;

    if (!made)
        return -ENOMEM;
    result = dp_filter_pack(exported, count, made, &filter->count);
    if (result == -ENOTSUP)
        result = put_behind_prologue(exported, count, made, &filter->count);
    if (result < 0) {
        free(made);
        return result;
    }
    fitting = realloc(made, filter->count * sizeof(*made));
    filter->instructions = fitting ? fitting : made;
    dp_sha256_of(filter->instructions, filter->count * sizeof(*made), filter->sha256);
    return 0;
}

static int read_exported(struct dp_filter *filter, int fd)
{
    struct stat status;
    struct sock_filter *exported;
    size_t size;
    int result = -EIO;

    if (fstat(fd, &status) < 0)
        return -errno;
    size = (size_t)status.st_size;
    if (size == 0 || size % sizeof(*exported) != 0)
        return -EBADMSG;
    exported = malloc(size);
    if (!exported)
        return -ENOMEM;
    if (pread(fd, exported, size, 0) == (ssize_t)size)
        result = take_over(filter, exported, size / sizeof(*exported));
    free(exported);
    return result;
}

static int export(struct dp_filter *filter, scmp_filter_ctx context)
{
    int fd = memfd_create("dualpipe-filter", MFD_CLOEXEC);
    int result;

    if (fd < 0)
        return -errno;
    result = seccomp_export_bpf(context, fd);
    if (result == 0)
        result = read_exported(filter, fd);
    (void)close(fd);
    return result;
}

static int build(struct dp_filter *filter, const struct dp_policy *policy)
{
    scmp_filter_ctx context;
    int number;
    int result;

    if (is_far_too_large(policy))
        return -E2BIG;
    context = seccomp_init(SCMP_ACT_NOTIFY);
    if (!context) /* libseccomp says no more: it is older than 2.5, or the kernel too old */
        return -EOPNOTSUPP;
    result = set_up(context);
    for (number = 0; number <= DP_SYSCALL_NEWEST && result == 0; number++) {
        if (dp_syscall_is_known(number))
            result = add_call(context, policy, number);
    }
    if (result == 0)
        result = export(filter, context);
    seccomp_release(context);
    return result;
}

int dp_filter_build(struct dp_filter *filter, const struct dp_policy *policy)
{
    /* libseccomp asks the kernel what it can do, and keeps that in variables
     * of its own without a lock. */
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int result;

    pthread_mutex_lock(&lock);
    result = build(filter, policy);
    pthread_mutex_unlock(&lock);
    return result;
}

void dp_filter_release(struct dp_filter *filter)
{
    free((void *)(uintptr_t)filter->instructions); /* malloc()ed by dp_filter_build() */
    filter->instructions = NULL;
    filter->count = 0;
}
