/* SPDX-License-Identifier: MIT */
/*
 * filter_prove.c - does a filter do what its policy says?
 *
 * The program is run by our own interpreter, and its action compared with that
 * of the policy's rules: for every number there may be, for foreign
 * architectures, and for every call with conditions at the values where an
 * error would show: the value itself, one more and one less, each bit of it
 * flipped, its upper half set or sign-extended, and the values of the other
 * cases mixed in. Then dp_filter_follow() looks at all values there are.
 */
#include "filter.h"
#include "syscall_table.h"

#include <errno.h>
#include <linux/audit.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS_TRIED 1024
#define VALUES_MAX 2048 /* for one argument */

struct prover {
    const struct dp_filter *filter;
    const struct dp_policy *policy;
    struct dp_mismatch *mismatch;
};

static uint32_t expected_action(const struct prover *prover, const struct seccomp_data *data)
{
    uint64_t arguments[6];
    int errnum;
    unsigned i;

    if (data->arch != AUDIT_ARCH_X86_64 || ((uint32_t)data->nr & DP_X32_BIT) != 0)
        return DP_ACTION_FOREIGN;
    for (i = 0; i < 6; i++)
        arguments[i] = data->args[i];
    return dp_filter_action(dp_policy_decide(prover->policy, data->nr, arguments, &errnum));
}

static int note_mismatch(const struct prover *prover, const struct seccomp_data *data,
                         uint32_t expected, uint32_t found)
{
    unsigned i;

    prover->mismatch->number = data->nr;
    prover->mismatch->architecture = data->arch;
    for (i = 0; i < 6; i++)
        prover->mismatch->arguments[i] = data->args[i];
    prover->mismatch->expected = expected;
    prover->mismatch->found = found;
    return -EBADMSG;
}

static int try_data(const struct prover *prover, const struct seccomp_data *data)
{
    uint32_t expected = expected_action(prover, data);
    uint32_t found = dp_filter_run(prover->filter, data);

    return expected == found ? 0 : note_mismatch(prover, data, expected, found);
}

/* One number with arguments that are all the same. The instruction pointer is
 * as little of an argument as can be: it is made to look like one. */
static int try_number(const struct prover *prover, uint32_t architecture, uint32_t number)
{
    static const uint64_t fills[] = {0, UINT64_MAX};
    unsigned i;
    unsigned j;

    for (i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
        struct seccomp_data data = {.nr = (int)number, .arch = architecture};
        int result;

        data.instruction_pointer = fills[i];
        for (j = 0; j < 6; j++)
            data.args[j] = fills[i];
        result = try_data(prover, &data);
        if (result < 0)
            return result;
    }
    return 0;
}

static int try_range(const struct prover *prover, uint32_t architecture, uint32_t start,
                     uint32_t count)
{
    uint32_t offset;

    for (offset = 0; offset < count; offset++) {
        int result = try_number(prover, architecture, start + offset);

        if (result < 0)
            return result;
    }
    return 0;
}

/* All that may have a call, as such and as one of x32; and around each number
 * where one bit more or less is set. */
static int try_numbers(const struct prover *prover, uint32_t architecture)
{
    unsigned bit;
    int result = try_range(prover, architecture, 0, NUMBERS_TRIED);

    if (result == 0)
        result = try_range(prover, architecture, DP_X32_BIT, NUMBERS_TRIED);
    for (bit = 10; bit < 32 && result == 0; bit++)
        result = try_range(prover, architecture, (UINT32_C(1) << bit) - 4, 8);
    if (result == 0) /* INT_MAX, and -1 */
        result = try_range(prover, architecture, UINT32_C(0x7ffffffc), 8);
    return result < 0 ? result : try_range(prover, architecture, UINT32_C(0xfffffffc), 4);
}

/*
 * Of an architecture, the first two instructions decide, and nothing behind them
 * does: so that no value of it can be left out, however odd. That is how ours begin.
 */
static int check_start(const struct prover *prover)
{
    const struct sock_filter *start = prover->filter->instructions;
    const struct sock_filter *foreign;

    if (prover->filter->count > 2 && start[0].code == (BPF_LD | BPF_W | BPF_ABS) &&
        start[0].k == offsetof(struct seccomp_data, arch) &&
        start[1].code == (BPF_JMP | BPF_JEQ | BPF_K) && start[1].k == AUDIT_ARCH_X86_64) {
        foreign = &start[2 + start[1].jf];
        if (foreign->code == (BPF_RET | BPF_K) && foreign->k == DP_ACTION_FOREIGN)
            return 0;
    }
    return note_mismatch(prover, &(struct seccomp_data){0}, DP_ACTION_FOREIGN,
                         dp_filter_run(prover->filter, &(struct seccomp_data){0}));
}

static int try_architectures(const struct prover *prover)
{
    static const uint32_t foreign[] = {
        AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_AARCH64, AUDIT_ARCH_X86_64 ^ 1, 0, UINT32_MAX,
    };
    unsigned i;
    int result = try_numbers(prover, AUDIT_ARCH_X86_64);

    for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]) && result == 0; i++)
        result = try_numbers(prover, foreign[i]);
    for (i = 0; i < 32 && result == 0; i++)
        result = try_number(prover, AUDIT_ARCH_X86_64 ^ UINT32_C(1) << i, 0);
    return result;
}

/* Values worth trying for one argument of a call. */
struct values {
    uint64_t at[VALUES_MAX];
    size_t count;
};

static void add_value(struct values *values, uint64_t value)
{
    size_t i;

    for (i = 0; i < values->count; i++) {
        if (values->at[i] == value)
            return;
    }
    if (values->count < VALUES_MAX) /* the rest is left to dp_filter_follow() */
        values->at[values->count++] = value;
}

static void add_boundaries(struct values *values, const struct dp_condition *condition)
{
    uint64_t value = condition->value;
    unsigned bit;

    add_value(values, value);
    add_value(values, value + 1);
    add_value(values, value - 1);
    add_value(values, value | ~condition->mask);
    add_value(values, value | UINT64_C(0xffffffff) << 32);
    add_value(values, (uint64_t)(int64_t)(int32_t)(uint32_t)value);
    add_value(values, (uint32_t)value);
    add_value(values, value << 32);
    add_value(values, value >> 32);
    add_value(values, ~value);
    for (bit = 0; bit < 64; bit++)
        add_value(values, value ^ UINT64_C(1) << bit);
}

static void collect_values(struct values *values, const struct prover *prover,
                           const struct dp_call *call, unsigned argument)
{
    unsigned i;
    unsigned j;

    values->count = 0;
    add_value(values, 0);
    add_value(values, UINT64_MAX);
    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *alternative =
            &prover->policy->alternatives[call->first_alternative + i];

        for (j = 0; j < alternative->condition_count; j++) {
            if (alternative->conditions[j].argument == argument)
                add_boundaries(values, &alternative->conditions[j]);
        }
    }
}

/* Arguments for which an alternative holds; the bits that it leaves open are
 * those of the fill. */
static void fulfil(struct seccomp_data *data, const struct dp_alternative *alternative,
                   uint64_t fill)
{
    unsigned i;

    for (i = 0; i < 6; i++)
        data->args[i] = fill;
    for (i = 0; i < alternative->condition_count; i++) {
        const struct dp_condition *condition = &alternative->conditions[i];

        data->args[condition->argument] = condition->value | (fill & ~condition->mask);
    }
}

/* One argument of the data gets each of its values. */
static int try_boundaries(const struct prover *prover, const struct seccomp_data *base,
                          unsigned argument, const struct values *values)
{
    struct seccomp_data data = *base;
    size_t i;

    for (i = 0; i < values->count; i++) {
        int result;

        data.args[argument] = values->at[i];
        result = try_data(prover, &data);
        if (result < 0)
            return result;
    }
    return 0;
}

/* The arguments that an alternative has conditions about, a bit for each. */
static unsigned used_arguments(const struct dp_alternative *alternative)
{
    unsigned used = 0;
    unsigned i;

    for (i = 0; i < alternative->condition_count; i++)
        used |= 1u << alternative->conditions[i].argument;
    return used;
}

/* Some arguments of one alternative, the others of another. */
static int try_mixture(const struct prover *prover, const struct seccomp_data *base,
                       const struct seccomp_data *other, unsigned used)
{
    unsigned chosen;
    unsigned i;

    for (chosen = 1; chosen < 64; chosen++) {
        struct seccomp_data data = *base;
        int result;

        if ((chosen & ~used) != 0)
            continue;
        for (i = 0; i < 6; i++) {
            if ((chosen >> i & 1) != 0)
                data.args[i] = other->args[i];
        }
        result = try_data(prover, &data);
        if (result < 0)
            return result;
    }
    return 0;
}

/* A call that is being tried. */
struct tried {
    const struct dp_alternative *alternatives;
    unsigned count;
    int number;
    struct values values[6];
};

static int try_mixtures(const struct prover *prover, const struct tried *tried,
                        const struct seccomp_data *base)
{
    struct seccomp_data other = {.nr = base->nr, .arch = base->arch};
    unsigned i;

    for (i = 0; i < tried->count; i++) {
        int result;

        fulfil(&other, &tried->alternatives[i], 0);
        result = try_mixture(prover, base, &other, used_arguments(&tried->alternatives[i]));
        if (result < 0)
            return result;
    }
    return 0;
}

static bool is_in(const struct dp_alternative *alternative, const struct dp_condition *condition)
{
    unsigned i;

    for (i = 0; i < alternative->condition_count; i++) {
        const struct dp_condition *other = &alternative->conditions[i];

        if (other->argument == condition->argument && other->mask == condition->mask &&
            other->value == condition->value)
            return true;
    }
    return false;
}

/* Do two alternatives ask the same of all arguments but this one? */
static bool is_same_but_for(const struct dp_alternative *a, const struct dp_alternative *b,
                            unsigned argument)
{
    unsigned i;

    if ((used_arguments(a) | 1u << argument) != (used_arguments(b) | 1u << argument))
        return false;
    for (i = 0; i < a->condition_count; i++) {
        if (a->conditions[i].argument != argument && !is_in(b, &a->conditions[i]))
            return false;
    }
    return true;
}

/* The values of an argument were tried with the same others before? */
static bool is_tried(const struct tried *tried, unsigned index, unsigned argument)
{
    unsigned i;

    for (i = 0; i < index; i++) {
        if (is_same_but_for(&tried->alternatives[i], &tried->alternatives[index], argument))
            return true;
    }
    return false;
}

static int try_alternative(const struct prover *prover, const struct tried *tried, unsigned index,
                           uint64_t fill)
{
    struct seccomp_data base = {.nr = tried->number, .arch = AUDIT_ARCH_X86_64};
    unsigned argument;
    int result;

    fulfil(&base, &tried->alternatives[index], fill);
    result = try_data(prover, &base);
    if (result == 0)
        result = try_mixtures(prover, tried, &base);
    for (argument = 0; argument < 6 && result == 0; argument++) {
        if (!is_tried(tried, index, argument))
            result = try_boundaries(prover, &base, argument, &tried->values[argument]);
    }
    return result;
}

static int try_call(const struct prover *prover, const struct dp_call *call, struct tried *tried)
{
    unsigned i;
    int result = 0;

    tried->alternatives = &prover->policy->alternatives[call->first_alternative];
    tried->count = call->alternative_count;
    tried->number = call->number;
    for (i = 0; i < 6; i++)
        collect_values(&tried->values[i], prover, call, i);
    for (i = 0; i < tried->count && result == 0; i++) {
        result = try_alternative(prover, tried, i, 0);
        if (result == 0)
            result = try_alternative(prover, tried, i, UINT64_MAX);
    }
    return result;
}

static int try_calls(const struct prover *prover)
{
    struct tried *tried = malloc(sizeof(*tried));
    int result = tried ? 0 : -ENOMEM;
    size_t i;

    for (i = 0; i < prover->policy->call_count && result == 0; i++) {
        if (prover->policy->calls[i].alternative_count > 0)
            result = try_call(prover, &prover->policy->calls[i], tried);
    }
    free(tried);
    return result;
}

static int follow_all(const struct prover *prover)
{
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        struct seccomp_data data = {.nr = number, .arch = AUDIT_ARCH_X86_64};
        uint64_t arguments[6];
        unsigned i;

        if (!dp_syscall_is_known(number) ||
            dp_filter_follow(prover->filter, prover->policy, number, arguments) == 0)
            continue;
        for (i = 0; i < 6; i++)
            data.args[i] = arguments[i];
        return note_mismatch(prover, &data, expected_action(prover, &data),
                             dp_filter_run(prover->filter, &data));
    }
    return 0;
}

int dp_filter_prove(const struct dp_filter *filter, const struct dp_policy *policy,
                    struct dp_mismatch *mismatch)
{
    struct dp_mismatch unused;
    struct prover prover = {filter, policy, mismatch ? mismatch : &unused};
    int result = dp_filter_check(filter);

    memset(prover.mismatch, 0, sizeof(*prover.mismatch));
    if (result == 0)
        result = try_architectures(&prover);
    if (result == 0)
        result = check_start(&prover);
    if (result == 0) /* first, for it knows when there is too much to try */
        result = follow_all(&prover);
    return result == 0 ? try_calls(&prover) : result;
}
