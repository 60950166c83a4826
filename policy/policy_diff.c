/* SPDX-License-Identifier: MIT */
/* policy_diff.c - what one policy allows that another does not. */
#include "filter.h"
#include "policy_cases.h"
#include "policy_write.h"
#include "syscall_table.h"

#include <string.h>

static bool is_always_allowed(const struct dp_policy *policy, int number)
{
    static const uint64_t none[6];
    const struct dp_call *call = dp_policy_find_call(policy, number);
    int errnum;

    return (!call || call->alternative_count == 0) &&
           dp_policy_decide(policy, number, none, &errnum) == DP_ANSWER_ALLOW;
}

static bool is_case_allowed(const struct dp_policy *policy, int number,
                            const struct dp_alternative *one)
{
    const struct dp_call *call = dp_policy_find_call(policy, number);
    unsigned i;

    if (is_always_allowed(policy, number))
        return true;
    for (i = 0; call && i < call->alternative_count; i++) {
        if (dp_case_is_within(one, dp_case_at(policy, call, i)))
            return true;
    }
    return false;
}

static void write_call_difference(FILE *out, const struct dp_policy *a, const struct dp_policy *b,
                                  int number)
{
    const struct dp_call *call = dp_policy_find_call(b, number);
    const struct dp_call *before = dp_policy_find_call(a, number);
    unsigned i;

    if (is_always_allowed(b, number) && !is_always_allowed(a, number))
        fprintf(out, "allow %s%s\n", dualpipe_syscall_name(number),
                before && before->alternative_count > 0 ? "    # before: in some cases" : "");
    for (i = 0; call && i < call->alternative_count; i++) {
        const struct dp_alternative *one = dp_case_at(b, call, i);

        if (dp_case_is_told_by_another(b, call, i) || is_case_allowed(a, number, one))
            continue;
        fprintf(out, "allow %s", dualpipe_syscall_name(number));
        dp_write_conditions(out, number, one, -1);
        fputc('\n', out);
    }
}

/* A size of its own of 0 is all of the disk limit, which is compared as such. */
static bool is_view_as_large(const struct dp_view *view, const struct dp_view *than)
{
    return view->size_bytes == 0 || (than->size_bytes > 0 && view->size_bytes >= than->size_bytes);
}

static bool has_view(const struct dp_policy *policy, const struct dp_view *wanted)
{
    size_t i;

    for (i = 0; i < policy->view_count; i++) {
        const struct dp_view *view = &policy->views[i];

        if (view->kind == wanted->kind && strcmp(view->path, wanted->path) == 0)
            return (view->executable || !wanted->executable) && is_view_as_large(view, wanted);
    }
    return false;
}

static void write_view_differences(FILE *out, const struct dp_policy *a, const struct dp_policy *b)
{
    size_t i;

    for (i = 0; i < b->view_count; i++) {
        if (!has_view(a, &b->views[i]))
            dp_write_view(out, &b->views[i], false);
    }
}

static bool is_larger(int64_t value, int64_t than)
{
    if (than == DUALPIPE_UNLIMITED)
        return false;
    return value == DUALPIPE_UNLIMITED || value > than;
}

static void write_limit_differences(FILE *out, const struct dp_policy *a, const struct dp_policy *b)
{
    struct dp_written_limit before[DP_WRITTEN_LIMITS];
    struct dp_written_limit after[DP_WRITTEN_LIMITS];
    int i;

    dp_write_limit_list(before, &a->limits);
    dp_write_limit_list(after, &b->limits);
    for (i = 0; i < DP_WRITTEN_LIMITS; i++) {
        struct dp_written_limit *limit = &after[i];

        if (strcmp(limit->name, "stack") == 0) { /* 0: as memory */
            before[i].value = before[i].value ? before[i].value : a->limits.memory_bytes;
            limit->value = limit->value ? limit->value : b->limits.memory_bytes;
        }
        if (is_larger(limit->value, before[i].value))
            dp_write_limit(out, limit);
    }
}

void dp_write_difference(FILE *out, const struct dp_policy *a, const struct dp_policy *b)
{
    uint32_t fewer = a->layers & ~b->layers;
    int number;
    int layer;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        if (dp_syscall_is_known(number))
            write_call_difference(out, a, b, number);
    }
    if (a->exec_once && !b->exec_once)
        fprintf(out, "exec free\n");
    write_view_differences(out, a, b);
    write_limit_differences(out, a, b);
    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++) {
        if (fewer & DUALPIPE_LAYER_BIT(layer))
            fprintf(out, "layers all but %s\n", dualpipe_layer_name((enum dualpipe_layer)layer));
    }
}
