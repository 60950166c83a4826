/* SPDX-License-Identifier: MIT */
/* policy_cases.c - the cases of a call: in words, and compared with each other. */
#include "policy_cases.h"
#include "syscall_table.h"

#include <inttypes.h>
#include <string.h>

/* Do the words, as "A|B|0x4", name these bits and no others? */
static bool names_bits(enum dp_kind kind, const char *text, uint64_t bits)
{
    uint64_t named = 0;
    size_t length;

    for (; *text; text += length + (text[length] == '|')) {
        uint64_t value;

        length = strcspn(text, "|");
        if (!dp_constant_value(kind, text, length, &value) || value == 0)
            return false;
        named |= value;
    }
    return named == bits;
}

static void write_bits(FILE *out, enum dp_kind kind, uint64_t bits)
{
    char text[500];

    dp_constant_text(text, sizeof(text), kind, bits);
    if (names_bits(kind, text, bits))
        fputs(text, out);
    else
        fprintf(out, "0x%" PRIx64, bits);
}

static void write_value(FILE *out, enum dp_kind kind, uint64_t value)
{
    char text[500];
    uint64_t named;

    dp_constant_text(text, sizeof(text), kind, value);
    if (dp_constant_value(kind, text, strlen(text), &named) && named == value)
        fputs(text, out);
    else if (value < 1024)
        fprintf(out, "%" PRIu64, value);
    else
        fprintf(out, "0x%" PRIx64, value);
}

/* All words there are about bits: "A,only(A|B)", "A,!C". */
static void write_flags(FILE *out, enum dp_kind kind, const struct dp_condition *condition)
{
    const uint64_t clear = condition->mask & ~condition->value;

    if (condition->value != 0)
        write_bits(out, kind, condition->value);
    if (clear == 0)
        return;
    if (condition->value != 0)
        fputc(',', out);
    if (clear >> 32 == UINT32_MAX) {
        fputs("only(", out);
        write_bits(out, kind, ~clear);
        fputc(')', out);
    } else {
        fputc('!', out);
        write_bits(out, kind, clear);
    }
}

void dp_write_conditions(FILE *out, int number, const struct dp_alternative *alternative,
                         int without)
{
    unsigned i;

    for (i = 0; i < alternative->condition_count; i++) {
        const struct dp_condition *condition = &alternative->conditions[i];
        struct dp_argument argument = {.kind = DP_KIND_WORD};
        bool is_named = dp_syscall_argument_at(number, condition->argument, &argument);

        if ((int)condition->argument == without)
            continue;
        if (is_named)
            fprintf(out, " %.*s", (int)argument.length, argument.name);
        else
            fprintf(out, " arg%u", condition->argument);
        fputc(condition->mask == UINT64_MAX ? '=' : ':', out);
        if (condition->mask == UINT64_MAX)
            write_value(out, argument.kind, condition->value);
        else
            write_flags(out, argument.kind, condition);
    }
}

/* Cases */

const struct dp_alternative *dp_case_at(const struct dp_policy *policy, const struct dp_call *call,
                                        unsigned index)
{
    return &policy->alternatives[call->first_alternative + index];
}

/* Does b hold wherever a does? By their conditions one by one, which is exact. */
bool dp_case_is_within(const struct dp_alternative *a, const struct dp_alternative *b)
{
    unsigned i;

    for (i = 0; i < b->condition_count; i++) {
        const struct dp_condition *wanted = &b->conditions[i];
        uint64_t mask = 0;
        uint64_t value = 0;
        unsigned j;

        for (j = 0; j < a->condition_count; j++) {
            if (a->conditions[j].argument == wanted->argument) {
                mask |= a->conditions[j].mask;
                value |= a->conditions[j].value;
            }
        }
        if ((mask & wanted->mask) != wanted->mask || (value & wanted->mask) != wanted->value)
            return false;
    }
    return true;
}

/* A case of which nothing is left once another one of the call is told: the
 * small ones beside those that are witnessed. */
bool dp_case_is_told_by_another(const struct dp_policy *policy, const struct dp_call *call,
                                unsigned index)
{
    const struct dp_alternative *one = dp_case_at(policy, call, index);
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *other = dp_case_at(policy, call, i);

        if (i != index && one->answer == DP_ANSWER_ALLOW && other->answer == DP_ANSWER_WITNESS &&
            dp_case_is_within(one, other))
            return true;
    }
    return false;
}

/* The same case but for one condition, which then is the witness's own. */
static bool is_witnessed_without(const struct dp_policy *policy, const struct dp_call *call,
                                 const struct dp_alternative *small, unsigned left_out)
{
    struct dp_alternative rest = *small;
    unsigned i;

    rest.condition_count--;
    rest.conditions[left_out] = rest.conditions[rest.condition_count];
    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *large = dp_case_at(policy, call, i);

        if (large->answer == DP_ANSWER_WITNESS && dp_case_is_within(large, &rest) &&
            dp_case_is_within(&rest, large))
            return true;
    }
    return false;
}

/* From which size on, and by which argument: the small cases say it. */
bool dp_case_find_witness(const struct dp_policy *policy, const struct dp_call *call,
                          unsigned *argument, uint64_t *size)
{
    unsigned i;
    unsigned j;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *small = dp_case_at(policy, call, i);

        for (j = 0; small->answer == DP_ANSWER_ALLOW && j < small->condition_count; j++) {
            if (is_witnessed_without(policy, call, small, j)) {
                *argument = small->conditions[j].argument;
                *size = ~small->conditions[j].mask + 1;
                return true;
            }
        }
    }
    return false;
}

const char *dp_error_name(int errnum)
{
    const char *name = strerrorname_np(errnum);

    return name ? name : "EPERM";
}
