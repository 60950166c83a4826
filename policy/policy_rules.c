/* SPDX-License-Identifier: MIT */
/* policy_rules.c - what a text has said about system calls so far. */
#include "policy_rules.h"
#include "arena.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

void dp_rules_release(struct dp_rules *rules)
{
    free(rules->extras);
    rules->extras = NULL;
}

int dp_rules_count(struct dp_rules *rules, const struct dp_line *line)
{
    if (++rules->total > DP_RULES_MAX)
        return dp_text_wrong(rules->error, line, 1, "more than %d rules", DP_RULES_MAX);
    return 0;
}

/* Some calls are not a policy's to decide. */
static int check_call(struct dp_rules *rules, const struct dp_line *line, unsigned column,
                      int number, enum dp_answer answer)
{
    if ((number == SYS_exit || number == SYS_exit_group) && answer != DP_ANSWER_ALLOW)
        return dp_text_wrong(rules->error, line, column,
                             "exit and exit_group are always allowed: leave this out");
    if (number == SYS_execveat && (answer == DP_ANSWER_ALLOW || answer == DP_ANSWER_WITNESS))
        return dp_text_wrong(rules->error, line, column,
                             "execveat can only be refused: programs are started by `exec once`, "
                             "or by execve with `exec free`");
    if ((number == SYS_execve || number == SYS_execveat) && answer == DP_ANSWER_ENOSYS)
        return dp_text_wrong(rules->error, line, column,
                             "%s cannot be refused unseen: write `errno ENOSYS %s`",
                             dualpipe_syscall_name(number), dualpipe_syscall_name(number));
    return 0;
}

/* Returns the newest alternative that is left for a call, or NULL. */
static const struct dp_extra *last_extra(const struct dp_rules *rules, int number)
{
    size_t i;

    for (i = rules->extra_count; i-- > 0;) {
        if (rules->extras[i].number == number)
            return &rules->extras[i];
    }
    return NULL;
}

static void drop_extras(struct dp_rules *rules, int number)
{
    size_t i;

    for (i = 0; i < rules->extra_count; i++) {
        if (rules->extras[i].number == number)
            rules->extras[i].number = -1;
    }
    rules->by_number[number].alternative_count = 0;
    rules->by_number[number].witness_mark.frame = 0;
}

/* Whether the line may take away the alternatives that a call has. */
static int check_drop(struct dp_rules *rules, const struct dp_line *line, unsigned column,
                      int number)
{
    const struct dp_extra *extra = last_extra(rules, number);

    if (!extra)
        return 0;
    if (extra->mark.frame == line->frame->id)
        return dp_text_wrong(rules->error, line, column,
                             "%s would undo line %u, which is about some of its cases: put it "
                             "before that line, or leave one out",
                             dualpipe_syscall_name(number), extra->mark.line);
    return dp_text_may_replace(rules->error, line, column, &extra->mark,
                               dualpipe_syscall_name(number));
}

static bool is_same_answer(const struct dp_rule *rule, enum dp_answer answer, int errnum)
{
    return rule->mark.frame != 0 && rule->answer == answer && rule->errnum == errnum &&
           rule->alternative_count == 0 && rule->witness_mark.frame == 0;
}

int dp_rules_answer(struct dp_rules *rules, const struct dp_line *line, unsigned column, int number,
                    enum dp_answer answer, int errnum)
{
    struct dp_rule *rule = &rules->by_number[number];
    int result = dp_rules_count(rules, line);

    if (result != 0)
        return result;
    result = check_call(rules, line, column, number, answer);
    if (result != 0 || is_same_answer(rule, answer, errnum))
        return result;
    result = check_drop(rules, line, column, number);
    if (result != 0)
        return result;
    result =
        dp_text_may_replace(rules->error, line, column, &rule->mark, dualpipe_syscall_name(number));
    if (result != 0)
        return result;
    drop_extras(rules, number);
    rule->answer = answer;
    rule->errnum = errnum;
    rule->mark = dp_mark_of(line);
    return 0;
}

static bool is_same_condition(const struct dp_condition *a, const struct dp_condition *b)
{
    return a->argument == b->argument && a->mask == b->mask && a->value == b->value;
}

static bool is_same_alternative(const struct dp_alternative *a, const struct dp_alternative *b)
{
    unsigned i;

    if (a->answer != b->answer || a->condition_count != b->condition_count)
        return false;
    for (i = 0; i < a->condition_count; i++) {
        if (!is_same_condition(&a->conditions[i], &b->conditions[i]))
            return false;
    }
    return true;
}

static bool is_known(const struct dp_rules *rules, int number,
                     const struct dp_alternative *alternative)
{
    size_t i;

    for (i = 0; i < rules->extra_count; i++) {
        if (rules->extras[i].number == number &&
            is_same_alternative(&rules->extras[i].alternative, alternative))
            return true;
    }
    return false;
}

/* Whether cases of a call may be allowed, given what its other answer is. */
static int check_add(struct dp_rules *rules, const struct dp_line *line, unsigned column,
                     int number)
{
    const struct dp_rule *rule = &rules->by_number[number];
    const char *name = dualpipe_syscall_name(number);

    if (number == SYS_exit || number == SYS_exit_group)
        return dp_text_wrong(rules->error, line, column,
                             "exit and exit_group are always allowed: leave this out");
    if (rule->mark.frame == 0)
        return 0;
    if (dp_mark_is_above(&rule->mark, line->frame))
        return dp_text_may_replace(rules->error, line, column, &rule->mark, name);
    if (rule->answer == DP_ANSWER_ALLOW)
        return dp_text_wrong(rules->error, line, column,
                             "%s is allowed in all cases by %s, line %u; to narrow it, say "
                             "`kill %s` before this line",
                             name, rule->mark.text->name, rule->mark.line, name);
    if (rule->answer == DP_ANSWER_ENOSYS)
        return dp_text_wrong(rules->error, line, column,
                             "%s is `enosys` by %s, line %u, which has no exceptions; say `kill "
                             "%s` or `errno EPERM %s` before this line",
                             name, rule->mark.text->name, rule->mark.line, name, name);
    return 0;
}

static int grow(struct dp_rules *rules)
{
    size_t room = rules->extra_room ? 2 * rules->extra_room : 64;
    struct dp_extra *extras;

    if (rules->extra_count < rules->extra_room)
        return 0;
    extras = reallocarray(rules->extras, room, sizeof(*extras));
    if (!extras)
        return dp_text_no_memory(rules->error);
    rules->extras = extras;
    rules->extra_room = room;
    return 0;
}

int dp_rules_add(struct dp_rules *rules, const struct dp_line *line, unsigned column, int number,
                 const struct dp_alternative *alternative)
{
    int result = dp_rules_count(rules, line);

    if (result != 0)
        return result;
    result = check_call(rules, line, column, number, alternative->answer);
    if (result != 0)
        return result;
    result = check_add(rules, line, column, number);
    if (result != 0 || is_known(rules, number, alternative))
        return result;
    result = grow(rules);
    if (result != 0)
        return result;
    rules->extras[rules->extra_count++] =
        (struct dp_extra){number, dp_mark_of(line), false, *alternative};
    rules->by_number[number].alternative_count++;
    return 0;
}

/* `witness` is about the cases so far; later ones are let through as they are. */
static void mark_witnessed(struct dp_rules *rules, int number)
{
    size_t i;

    for (i = 0; i < rules->extra_count; i++) {
        if (rules->extras[i].number == number)
            rules->extras[i].is_witnessed = true;
    }
}

int dp_rules_witness(struct dp_rules *rules, const struct dp_line *line, unsigned column,
                     int number, unsigned argument, uint64_t size)
{
    struct dp_rule *rule = &rules->by_number[number];
    const char *name = dualpipe_syscall_name(number);
    int result = dp_rules_count(rules, line);

    if (result != 0)
        return result;
    result = check_call(rules, line, column, number, DP_ANSWER_WITNESS);
    if (result != 0)
        return result;
    if (number == SYS_exit || number == SYS_exit_group || number == SYS_execve)
        return dp_text_wrong(rules->error, line, column, "%s cannot be witnessed", name);
    if (rule->alternative_count == 0 && (rule->mark.frame == 0 || rule->answer != DP_ANSWER_ALLOW))
        return dp_text_wrong(rules->error, line, column,
                             "%s is not allowed so far; `witness` is about cases that are", name);
    result = dp_text_may_replace(rules->error, line, column, &rule->witness_mark, name);
    if (result != 0)
        return result;
    rule->witness_argument = argument;
    rule->witness_size = size;
    rule->witness_mark = dp_mark_of(line);
    mark_witnessed(rules, number);
    return 0;
}

/* Add (argument & mask) == value to an alternative. Returns false where it then
 * could never hold. */
static bool add_condition(struct dp_alternative *alternative, unsigned argument, uint64_t mask,
                          uint64_t value)
{
    unsigned i;

    for (i = 0; i < alternative->condition_count; i++) {
        struct dp_condition *condition = &alternative->conditions[i];

        if (condition->argument != argument)
            continue;
        if ((condition->value ^ value) & condition->mask & mask)
            return false;
        condition->mask |= mask;
        condition->value |= value;
        return true;
    }
    alternative->conditions[alternative->condition_count++] =
        (struct dp_condition){argument, mask, value};
    return true;
}

/* The alternatives of one call, in their final order. */
struct list {
    struct dp_alternative *at;
    unsigned count;
};

/*
 * Below the size, a witnessed case is allowed as it is; what is not below it is
 * witnessed. All that are allowed come first, so that the order decides nothing
 * that a filter cannot: it answers "allow" when any of them holds.
 */
static void add_allowed(struct list *list, const struct dp_rule *rule,
                        const struct dp_alternative *alternative, bool is_witnessed)
{
    struct dp_alternative allowed = *alternative;

    if (!is_witnessed ||
        add_condition(&allowed, rule->witness_argument, ~(rule->witness_size - 1), 0))
        list->at[list->count++] = allowed;
}

static void add_witnessed(struct list *list, const struct dp_alternative *alternative)
{
    struct dp_alternative witnessed = *alternative;

    witnessed.answer = DP_ANSWER_WITNESS;
    list->at[list->count++] = witnessed;
}

static void finish_alternatives(const struct dp_rules *rules, int number, struct list *list)
{
    const struct dp_alternative any = {.answer = DP_ANSWER_ALLOW};
    const struct dp_rule *rule = &rules->by_number[number];
    bool is_any_witnessed = rule->witness_mark.frame != 0 && rule->alternative_count == 0;
    size_t i;

    if (is_any_witnessed)
        add_allowed(list, rule, &any, true);
    for (i = 0; i < rules->extra_count; i++) {
        const struct dp_extra *extra = &rules->extras[i];

        if (extra->number == number)
            add_allowed(list, rule, &extra->alternative, extra->is_witnessed);
    }
    for (i = 0; i < rules->extra_count; i++) {
        const struct dp_extra *extra = &rules->extras[i];

        if (extra->number == number && extra->is_witnessed)
            add_witnessed(list, &extra->alternative);
    }
    if (is_any_witnessed)
        add_witnessed(list, &any);
}

static int finish_call(const struct dp_rules *rules, struct dp_policy *policy, int number,
                       struct dp_call *call)
{
    const struct dp_rule *rule = &rules->by_number[number];
    bool is_said = rule->mark.frame != 0;

    *call = (struct dp_call){.number = number};
    call->answer = is_said ? rule->answer : rules->otherwise;
    call->errnum = is_said ? rule->errnum : rules->otherwise_errnum;
    if (rule->witness_mark.frame != 0 && call->answer == DP_ANSWER_ALLOW)
        call->answer = DP_ANSWER_KILL; /* the last alternative holds always */
    if (call->answer == DP_ANSWER_ENOSYS && rule->alternative_count > 0)
        return dp_text_wrong_at(rules->error, &last_extra(rules, number)->mark,
                                "with `otherwise enosys`, %s needs `kill %s` or `errno EPERM %s` "
                                "before its cases",
                                dualpipe_syscall_name(number), dualpipe_syscall_name(number),
                                dualpipe_syscall_name(number));
    if (number == SYS_execve && policy->exec_once &&
        (call->answer == DP_ANSWER_ALLOW || rule->alternative_count > 0))
        return dp_text_wrong_at(rules->error,
                                rule->alternative_count > 0 ? &last_extra(rules, number)->mark
                                                            : &rule->mark,
                                "execve can be allowed with `exec free` only");
    return 0;
}

static bool is_mentioned(const struct dp_rule *rule)
{
    return rule->mark.frame != 0 || rule->alternative_count > 0;
}

/* Returns how many calls there are, and how many alternatives they may have. */
static size_t measure(struct dp_rules *rules, size_t *alternatives)
{
    size_t calls = 0;
    int number;

    *alternatives = 0;
    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        const struct dp_rule *rule = &rules->by_number[number];

        calls += is_mentioned(rule);
        *alternatives += 2 * ((size_t)rule->alternative_count + (rule->witness_mark.frame != 0));
    }
    return calls;
}

static int fill(struct dp_rules *rules, struct dp_policy *policy, struct dp_call *calls,
                struct list *list)
{
    size_t count = 0;
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        struct dp_call *call = &calls[count];
        int result;

        if (!is_mentioned(&rules->by_number[number]))
            continue;
        result = finish_call(rules, policy, number, call);
        if (result != 0)
            return result;
        call->first_alternative = list->count;
        finish_alternatives(rules, number, list);
        call->alternative_count = list->count - call->first_alternative;
        count++;
    }
    policy->calls = calls;
    policy->call_count = count;
    policy->alternatives = list->at;
    policy->alternative_count = list->count;
    return 0;
}

int dp_rules_finish(struct dp_rules *rules, struct dp_arena *arena, struct dp_policy *policy)
{
    static const struct dp_mark always = {.frame = UINT32_MAX};
    struct list list = {NULL, 0};
    struct dp_call *calls;
    size_t call_count;
    size_t alternative_count;

    rules->by_number[SYS_exit].mark = always;
    rules->by_number[SYS_exit].answer = DP_ANSWER_ALLOW;
    rules->by_number[SYS_exit_group].mark = always;
    rules->by_number[SYS_exit_group].answer = DP_ANSWER_ALLOW;
    policy->otherwise = rules->otherwise;
    policy->otherwise_errnum = rules->otherwise_errnum;

    call_count = measure(rules, &alternative_count);
    calls = dp_arena_take(arena, call_count * sizeof(*calls));
    list.at = dp_arena_take(arena, alternative_count * sizeof(*list.at));
    if (!calls || !list.at)
        return dp_text_no_memory(rules->error);
    return fill(rules, policy, calls, &list);
}
