/* SPDX-License-Identifier: MIT */
/*
 * filter_follow.c - an exact check of a filter against its policy's rules.
 *
 * For one call, the number and the architecture are known and the arguments are
 * not. Each path through the program then is a set of facts about words of the
 * arguments, of the form (word & mask) == value or != value, and it ends in one
 * action. A path that allows must lie inside the cases that the policy allows;
 * one that does not must lie outside of all of them. Both are questions about
 * facts of that form, for which words do not depend on each other, and so they
 * are answered for all arguments at once.
 *
 * A program that does anything else with an argument is refused: libseccomp
 * makes none, as the language knows masked equality only.
 */
#include "filter.h"
#include "syscall_table.h"

#include <errno.h>
#include <linux/audit.h>
#include <string.h>

#define WORDS 12            /* six arguments of two words, the lower first */
#define DIFFERENCES_MAX 512 /* facts with "!=", on one path */
#define STEPS_MAX 4000000   /* of one call's check: some 100 ms */
#define ARGUMENTS_AT ((uint32_t)offsetof(struct seccomp_data, args))

/* (word & mask) != value. */
struct difference {
    unsigned word;
    uint32_t mask;
    uint32_t value;
};

struct facts {
    uint32_t masks[WORDS]; /* (word & mask) == value */
    uint32_t values[WORDS];
    struct difference differences[DIFFERENCES_MAX];
    unsigned difference_count;
    unsigned *steps; /* that the check has taken */
};

/* What the accumulator holds: a number, or (word & mask). */
struct accumulator {
    bool is_word;
    uint32_t number;
    unsigned word;
    uint32_t mask;
};

struct follower {
    const struct dp_filter *filter;
    const struct dp_policy *policy;
    const struct dp_call *call;
    int number;
    unsigned steps;
    struct facts facts; /* of the path so far */
    uint64_t *arguments;
};

/*
 * Of the words with the bits of mask as in value, how large a share do the
 * differences exclude, at most? 0: none. 2: all, for sure. *bit is set to one
 * that could satisfy the difference that excludes most.
 */
static double measure(const struct facts *facts, unsigned word, uint32_t mask, uint32_t value,
                      uint32_t *bit)
{
    double sum = 0;
    int fewest = 33;
    unsigned i;

    for (i = 0; i < facts->difference_count; i++) {
        const struct difference *difference = &facts->differences[i];
        uint32_t open = difference->mask & ~mask;
        int count = __builtin_popcount(open);

        if (difference->word != word || ((difference->value ^ value) & difference->mask & mask))
            continue; /* it holds already */
        if (open == 0)
            return 2;
        sum += 1.0 / (double)(UINT64_C(1) << count);
        if (sum > 1.9)
            sum = 1.9;
        if (count < fewest) {
            fewest = count;
            *bit = open & -open;
        }
    }
    *facts->steps += facts->difference_count + 1;
    return sum;
}

/*
 * Is there a word with the bits of mask as in value that differs from all? One
 * bit is decided after the other; the half of which less is excluded goes
 * first, so that below a share of 1 no decision has ever to be taken back. When
 * it takes too long, the answer is "yes", and the check fails.
 */
static bool find_word(const struct facts *facts, unsigned word, uint32_t mask, uint32_t value,
                      uint32_t *found)
{
    uint32_t bit = 0;
    uint32_t unused;
    uint32_t first;
    double share = measure(facts, word, mask, value, &bit);

    *found = value;
    if (share <= 0 || *facts->steps > STEPS_MAX)
        return true;
    if (share >= 2)
        return false;
    first = measure(facts, word, mask | bit, value | bit, &unused) <=
                    measure(facts, word, mask | bit, value, &unused)
                ? bit
                : 0;
    return find_word(facts, word, mask | bit, value | first, found) ||
           find_word(facts, word, mask | bit, value | (first ^ bit), found);
}

/* The same for one word, with all that is known about it. */
static bool can_be(const struct facts *facts, unsigned word)
{
    uint32_t found;

    return find_word(facts, word, facts->masks[word], facts->values[word], &found);
}

/* Are there arguments for which all the facts hold? If so, they are set. */
static bool find_arguments(const struct facts *facts, uint64_t arguments[6])
{
    uint64_t found[6] = {0};
    unsigned word;

    for (word = 0; word < WORDS; word++) {
        uint32_t value;

        if (!find_word(facts, word, facts->masks[word], facts->values[word], &value))
            return false;
        found[word / 2] |= (uint64_t)value << (word % 2 * 32);
    }
    memcpy(arguments, found, sizeof(found));
    return true;
}

/* Add (word & mask) == value. Returns false where that cannot be. */
static bool add_equal(struct facts *facts, unsigned word, uint32_t mask, uint32_t value)
{
    if ((value & ~mask) != 0 || ((facts->values[word] ^ value) & facts->masks[word] & mask) != 0)
        return false;
    facts->masks[word] |= mask;
    facts->values[word] |= value;
    return true;
}

/* Add (word & mask) != value. Returns false where there is no room. */
static bool add_different(struct facts *facts, unsigned word, uint32_t mask, uint32_t value)
{
    if ((value & ~mask) != 0)
        return true;
    if (facts->difference_count == DIFFERENCES_MAX)
        return false;
    facts->differences[facts->difference_count++] = (struct difference){word, mask, value};
    return true;
}

/* The same, of one half of a condition. */
static uint32_t half(uint64_t number, unsigned upper)
{
    return (uint32_t)(number >> (32 * upper));
}

static bool add_alternative(struct facts *facts, const struct dp_alternative *alternative)
{
    unsigned i;
    unsigned upper;

    for (i = 0; i < alternative->condition_count; i++) {
        const struct dp_condition *condition = &alternative->conditions[i];

        for (upper = 0; upper < 2; upper++) {
            if (!add_equal(facts, condition->argument * 2 + upper, half(condition->mask, upper),
                           half(condition->value, upper)))
                return false;
        }
    }
    return true;
}

/* Arguments on this path for which the case is allowed? */
static bool can_hold(struct follower *follower, const struct dp_alternative *alternative)
{
    struct facts *facts = &follower->facts;
    uint32_t masks[WORDS];
    uint32_t values[WORDS];
    bool is_found;

    memcpy(masks, facts->masks, sizeof(masks));
    memcpy(values, facts->values, sizeof(values));
    is_found = add_alternative(facts, alternative) && find_arguments(facts, follower->arguments);
    memcpy(facts->masks, masks, sizeof(masks));
    memcpy(facts->values, values, sizeof(values));
    return is_found;
}

/* The cases that the policy allows, one after the other; NULL behind the last. */
static const struct dp_alternative *next_case(const struct follower *follower, unsigned *index)
{
    while (*index < follower->call->alternative_count) {
        const struct dp_alternative *alternative =
            &follower->policy->alternatives[follower->call->first_alternative + (*index)++];

        if (alternative->answer == DP_ANSWER_ALLOW)
            return alternative;
    }
    return NULL;
}

static bool is_some_case_allowed(struct follower *follower)
{
    const struct dp_alternative *alternative;
    unsigned index = 0;

    while ((alternative = next_case(follower, &index))) {
        if (can_hold(follower, alternative))
            return true;
    }
    return false;
}

/* Adds that one half of one condition does not hold; there are two for each
 * condition. Returns false where that cannot be. */
static bool add_violation(struct facts *facts, const struct dp_alternative *alternative,
                          unsigned index)
{
    const struct dp_condition *condition = &alternative->conditions[index / 2];
    unsigned word = condition->argument * 2 + index % 2;
    uint32_t mask = half(condition->mask, index % 2);

    if (mask == 0)
        return false; /* this half always holds */
    if (!add_different(facts, word, mask, half(condition->value, index % 2)))
        return true; /* no room: let the check fail */
    return can_be(facts, word);
}

/* Does the case hold for all arguments on this path? */
static bool holds_always(struct follower *follower, const struct dp_alternative *alternative)
{
    struct facts *facts = &follower->facts;
    unsigned count = facts->difference_count;
    unsigned i;

    for (i = 0; i < 2 * alternative->condition_count; i++) {
        bool can_fail = add_violation(facts, alternative, i);

        facts->difference_count = count;
        if (can_fail)
            return false;
    }
    return true;
}

/*
 * Arguments on this path for which none of the cases from index on holds? Most
 * often, one holds always, and that is the end of it. Else a case which may
 * hold is made not to, by each of its conditions in turn.
 */
static bool is_some_argument_outside(struct follower *follower, unsigned index)
{
    const struct dp_alternative *alternative;
    struct facts *facts = &follower->facts;
    unsigned count = facts->difference_count;
    unsigned i = index;

    while ((alternative = next_case(follower, &i))) {
        if (holds_always(follower, alternative))
            return false;
    }
    do {
        alternative = next_case(follower, &index);
    } while (alternative && !can_hold(follower, alternative));
    if (!alternative)
        return find_arguments(facts, follower->arguments);
    for (i = 0; i < 2 * alternative->condition_count; i++) {
        bool is_found =
            add_violation(facts, alternative, i) && is_some_argument_outside(follower, index);

        facts->difference_count = count;
        if (is_found)
            return true;
    }
    return false;
}

/* Returns whether the end of a path is as the policy has it. */
static bool is_end_right(struct follower *follower, uint32_t action)
{
    const uint64_t none[6] = {0};
    bool has_cases = follower->call && follower->call->alternative_count > 0;
    int errnum;

    if (!find_arguments(&follower->facts, follower->arguments))
        return true; /* nothing ever takes this path */
    if (!has_cases)
        return action == dp_filter_action(
                             dp_policy_decide(follower->policy, follower->number, none, &errnum));
    if (action == SECCOMP_RET_ALLOW)
        return !is_some_argument_outside(follower, 0);
    return action == SECCOMP_RET_USER_NOTIF && !is_some_case_allowed(follower);
}

static bool follow(struct follower *follower, size_t at, struct accumulator accumulator);

/* Both ways that a test of a word may go; those that nothing can take are left
 * out, so that what is known grows at each step down. */
static bool follow_word_jump(struct follower *follower, size_t at,
                             const struct accumulator *accumulator)
{
    const struct sock_filter *instruction = &follower->filter->instructions[at];
    bool is_bit_test = BPF_OP(instruction->code) == BPF_JSET;
    uint32_t mask = is_bit_test ? accumulator->mask & instruction->k : accumulator->mask;
    uint32_t value = is_bit_test ? 0 : instruction->k;
    size_t equal = at + 1 + (is_bit_test ? instruction->jf : instruction->jt);
    size_t different = at + 1 + (is_bit_test ? instruction->jt : instruction->jf);
    struct facts *facts = &follower->facts;
    unsigned word = accumulator->word;
    uint32_t saved_mask = facts->masks[word];
    uint32_t saved_value = facts->values[word];
    unsigned saved_count = facts->difference_count;
    bool is_right = true;

    if (add_equal(facts, word, mask, value) && can_be(facts, word))
        is_right = follow(follower, equal, *accumulator);
    facts->masks[word] = saved_mask;
    facts->values[word] = saved_value;
    if (!is_right || !add_different(facts, word, mask, value))
        return false;
    if (can_be(facts, word))
        is_right = follow(follower, different, *accumulator);
    facts->difference_count = saved_count;
    return is_right;
}

static size_t pass_number_jump(const struct sock_filter *instruction, uint32_t number)
{
    bool is_true;

    switch (BPF_OP(instruction->code)) {
    case BPF_JEQ:
        is_true = number == instruction->k;
        break;
    case BPF_JGT:
        is_true = number > instruction->k;
        break;
    case BPF_JGE:
        is_true = number >= instruction->k;
        break;
    default:
        is_true = (number & instruction->k) != 0;
        break;
    }
    return is_true ? instruction->jt : instruction->jf;
}

static bool load(const struct follower *follower, uint32_t offset, struct accumulator *accumulator)
{
    *accumulator = (struct accumulator){.is_word = false};
    if (offset == offsetof(struct seccomp_data, nr)) {
        accumulator->number = (uint32_t)follower->number;
    } else if (offset == offsetof(struct seccomp_data, arch)) {
        accumulator->number = AUDIT_ARCH_X86_64;
    } else if (offset >= ARGUMENTS_AT) {
        accumulator->is_word = true;
        accumulator->word = (offset - ARGUMENTS_AT) / 4;
        accumulator->mask = UINT32_MAX;
    } else {
        return false; /* the instruction pointer decides nothing */
    }
    return true;
}

/* Returns false where something is wrong, or cannot be followed. The program
 * was checked: it does not run beyond its end. */
static bool follow(struct follower *follower, size_t at, struct accumulator accumulator)
{
    for (; follower->steps <= STEPS_MAX; at++, follower->steps++) {
        const struct sock_filter *instruction = &follower->filter->instructions[at];

        switch (instruction->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            if (!load(follower, instruction->k, &accumulator))
                return false;
            break;
        case BPF_ALU | BPF_AND | BPF_K:
            accumulator.mask &= instruction->k;
            accumulator.number &= instruction->k;
            break;
        case BPF_JMP | BPF_JA:
            at += instruction->k;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
        case BPF_JMP | BPF_JSET | BPF_K:
            if (accumulator.is_word)
                return follow_word_jump(follower, at, &accumulator);
            at += pass_number_jump(instruction, accumulator.number);
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
        case BPF_JMP | BPF_JGE | BPF_K:
            if (accumulator.is_word)
                return false;
            at += pass_number_jump(instruction, accumulator.number);
            break;
        case BPF_RET | BPF_K:
            return is_end_right(follower, instruction->k);
        default:
            return false;
        }
    }
    return false;
}

int dp_filter_follow(const struct dp_filter *filter, const struct dp_policy *policy, int number,
                     uint64_t arguments[6])
{
    struct follower follower = {.filter = filter, .policy = policy, .number = number};

    memset(arguments, 0, 6 * sizeof(*arguments));
    follower.call = dp_policy_find_call(policy, number);
    follower.arguments = arguments;
    follower.facts.steps = &follower.steps;
    return follow(&follower, 0, (struct accumulator){.is_word = false}) ? 0 : -EBADMSG;
}
