/* SPDX-License-Identifier: MIT */
/* policy_write.c - a policy in words again: as text, as a table, for others. */
#include "policy_write.h"
#include "filter.h"
#include "syscall_table.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/syscall.h>

#define LINE_WIDTH 96
#define ERRORS 134 /* one more than the last */

/* Conditions */

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

static const struct dp_alternative *case_at(const struct dp_policy *policy,
                                            const struct dp_call *call, unsigned index)
{
    return &policy->alternatives[call->first_alternative + index];
}

/* Does b hold wherever a does? By their conditions one by one, which is exact. */
static bool is_within(const struct dp_alternative *a, const struct dp_alternative *b)
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
static bool is_told_by_another(const struct dp_policy *policy, const struct dp_call *call,
                               unsigned index)
{
    const struct dp_alternative *one = case_at(policy, call, index);
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *other = case_at(policy, call, i);

        if (i != index && one->answer == DP_ANSWER_ALLOW && other->answer == DP_ANSWER_WITNESS &&
            is_within(one, other))
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
        const struct dp_alternative *large = case_at(policy, call, i);

        if (large->answer == DP_ANSWER_WITNESS && is_within(large, &rest) &&
            is_within(&rest, large))
            return true;
    }
    return false;
}

/* From which size on, and by which argument: the small cases say it. */
static bool find_witness(const struct dp_policy *policy, const struct dp_call *call,
                         unsigned *argument, uint64_t *size)
{
    unsigned i;
    unsigned j;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *small = case_at(policy, call, i);

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

/* Lists of calls */

/* Writes "word a b c" lines, each call as it comes. */
struct list {
    FILE *out;
    const char *word; /* "allow", "errno EPERM" */
    int column;       /* 0: nothing is written yet */
};

static void list_call(struct list *list, int number)
{
    const char *name = dualpipe_syscall_name(number);
    const int length = (int)strlen(name) + 1;

    if (list->column > 0 && list->column + length > LINE_WIDTH) {
        fputc('\n', list->out);
        list->column = 0;
    }
    if (list->column == 0)
        list->column = fprintf(list->out, "%s", list->word);
    list->column += fprintf(list->out, " %s", name);
}

static void end_list(struct list *list)
{
    if (list->column > 0)
        fputc('\n', list->out);
}

static const char *error_name(int errnum)
{
    const char *name = strerrorname_np(errnum);

    return name ? name : "EPERM";
}

static bool is_same_answer(const struct dp_call *call, enum dp_answer answer, int errnum)
{
    return call->answer == answer && (answer != DP_ANSWER_ERRNO || call->errnum == errnum);
}

/* Such a one is told as allowed, and witnessed from a size on. */
static bool is_always_witnessed(const struct dp_policy *policy, const struct dp_call *call)
{
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        if (case_at(policy, call, i)->answer == DP_ANSWER_WITNESS &&
            case_at(policy, call, i)->condition_count == 0)
            return true;
    }
    return false;
}

/* The answers of calls, one kind of answer after the other. */
static void write_answers(FILE *out, const struct dp_policy *policy, enum dp_answer answer,
                          int errnum)
{
    static const char *const words[] = {"kill", "errno", "enosys", "allow", "allow"};
    char word[40];
    struct list list = {out, word, 0};
    size_t i;

    (void)snprintf(word, sizeof(word), "%s%s%s", words[answer],
                   answer == DP_ANSWER_ERRNO ? " " : "",
                   answer == DP_ANSWER_ERRNO ? error_name(errnum) : "");
    for (i = 0; i < policy->call_count; i++) {
        const struct dp_call *call = &policy->calls[i];

        if (call->number == SYS_exit || call->number == SYS_exit_group ||
            is_always_witnessed(policy, call))
            continue; /* the first two are always allowed */
        if (is_same_answer(call, answer, errnum))
            list_call(&list, call->number);
    }
    end_list(&list);
}

static void write_cases(FILE *out, const struct dp_policy *policy, const struct dp_call *call)
{
    const char *name = dualpipe_syscall_name(call->number);
    unsigned argument;
    uint64_t size;
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        if (case_at(policy, call, i)->answer == DP_ANSWER_WITNESS) {
            fprintf(out, "allow %s", name);
            dp_write_conditions(out, call->number, case_at(policy, call, i), -1);
            fputc('\n', out);
        }
    }
    if (find_witness(policy, call, &argument, &size)) {
        struct dp_argument named;

        (void)dp_syscall_argument_at(call->number, argument, &named);
        fprintf(out, "witness %s %.*s from %" PRIu64 "\n", name, (int)named.length, named.name,
                size);
    }
    for (i = 0; i < call->alternative_count; i++) {
        if (case_at(policy, call, i)->answer == DP_ANSWER_WITNESS ||
            is_told_by_another(policy, call, i))
            continue;
        fprintf(out, "allow %s", name);
        dp_write_conditions(out, call->number, case_at(policy, call, i), -1);
        fputc('\n', out);
    }
}

/* Settings */

static void write_views(FILE *out, const struct dp_policy *policy)
{
    static const char *const words[] = {"show", "directory", "device", "proc"};
    size_t i;

    for (i = 0; i < policy->view_count; i++) {
        const struct dp_view *view = &policy->views[i];

        if (view->kind == DP_VIEW_PROC)
            fprintf(out, "proc\n");
        else
            fprintf(out, "%s %s%s%s\n", words[view->kind], view->path,
                    view->optional ? " optional" : "", view->executable ? " executable" : "");
    }
    for (i = 0; i < policy->env_count; i++)
        fprintf(out, "environment %s\n", policy->env[i]);
    fprintf(out, "start-in %s\n", policy->directory);
}

struct limit {
    const char *name;
    const char *unit;
    int64_t value;
};

#define LIMITS 10

static void list_limits(struct limit limits[LIMITS], const struct dualpipe_limits *from)
{
    const struct limit all[LIMITS] = {
        {"time", "us", from->cpu_us},       {"wall", "us", from->wall_us},
        {"idle", "us", from->idle_us},      {"memory", "", from->memory_bytes},
        {"output", "", from->output_bytes}, {"file-size", "", from->file_bytes},
        {"stack", "", from->stack_bytes},   {"open-files", "", from->open_files},
        {"processes", "", from->processes}, {"disk", "", from->disk_bytes},
    };

    memcpy(limits, all, sizeof(all));
}

static void write_limit(FILE *out, const struct limit *limit)
{
    const int64_t value = limit->value;

    if (value == 0 && strcmp(limit->name, "stack") == 0)
        fprintf(out, "limit stack memory\n");
    else if (value == DUALPIPE_UNLIMITED)
        fprintf(out, "limit %s unlimited\n", limit->name);
    else if (limit->unit[0] && value % 1000000 == 0)
        fprintf(out, "limit %s %" PRId64 "s\n", limit->name, value / 1000000);
    else if (!limit->unit[0] && value % 1048576 == 0)
        fprintf(out, "limit %s %" PRId64 "M\n", limit->name, value / 1048576);
    else
        fprintf(out, "limit %s %" PRId64 "%s\n", limit->name, value, limit->unit);
}

static void write_layers(FILE *out, uint32_t layers)
{
    int layer;

    fputs("layers", out);
    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++) {
        if (layers & DUALPIPE_LAYER_BIT(layer))
            fprintf(out, " %s", dualpipe_layer_name((enum dualpipe_layer)layer));
    }
    fputc('\n', out);
}

static void write_settings(FILE *out, const struct dp_policy *policy)
{
    struct limit limits[LIMITS];
    int i;

    fprintf(out, "\nexec %s\n\n", policy->exec_once ? "once" : "free");
    write_views(out, policy);
    fputc('\n', out);
    list_limits(limits, &policy->limits);
    for (i = 0; i < LIMITS; i++)
        write_limit(out, &limits[i]);
    if (policy->layers != 0)
        write_layers(out, policy->layers);
}

void dp_write_expanded(FILE *out, const struct dp_policy *policy)
{
    int errnum;
    size_t i;

    if (policy->otherwise == DP_ANSWER_ERRNO)
        fprintf(out, "otherwise errno %s\n", error_name(policy->otherwise_errnum));
    else
        fprintf(out, "otherwise %s\n", policy->otherwise == DP_ANSWER_KILL ? "kill" : "enosys");
    write_answers(out, policy, DP_ANSWER_ALLOW, 0);
    for (errnum = 1; errnum < ERRORS; errnum++)
        write_answers(out, policy, DP_ANSWER_ERRNO, errnum);
    write_answers(out, policy, DP_ANSWER_ENOSYS, 0);
    write_answers(out, policy, DP_ANSWER_KILL, 0);
    for (i = 0; i < policy->call_count; i++)
        write_cases(out, policy, &policy->calls[i]);
    write_settings(out, policy);
}

/* The table of a proof */

static void write_row(FILE *out, int number, const char *answer)
{
    fprintf(out, "%3d  %-24s %s\n", number, dualpipe_syscall_name(number), answer);
}

static void write_answer_row(FILE *out, const struct dp_policy *policy, int number,
                             const struct dp_call *call)
{
    static const uint64_t none[6];
    char text[60];
    int errnum = 0;
    enum dp_answer answer = dp_policy_decide(policy, number, none, &errnum);

    if (call && call->alternative_count > 0) { /* the answer where no case holds */
        answer = call->answer;
        errnum = call->errnum;
    }
    switch (answer) {
    case DP_ANSWER_ALLOW:
        (void)snprintf(text, sizeof(text), "allow");
        break;
    case DP_ANSWER_ENOSYS:
        (void)snprintf(text, sizeof(text), "ENOSYS, in the filter");
        break;
    case DP_ANSWER_ERRNO:
        (void)snprintf(text, sizeof(text), "%s, named and counted", error_name(errnum));
        break;
    default:
        (void)snprintf(text, sizeof(text), "named, and the run ends");
        break;
    }
    write_row(out, number, text);
}

static void write_call_rows(FILE *out, const struct dp_policy *policy, int number)
{
    const struct dp_call *call = dp_policy_find_call(policy, number);
    unsigned i;

    for (i = 0; call && i < call->alternative_count; i++) {
        fprintf(out, "%3d  %-24s %s when", number, dualpipe_syscall_name(number),
                case_at(policy, call, i)->answer == DP_ANSWER_WITNESS ? "witness" : "allow");
        dp_write_conditions(out, number, case_at(policy, call, i), -1);
        fputc('\n', out);
    }
    write_answer_row(out, policy, number, call);
}

struct counts {
    unsigned always;
    unsigned sometimes;
    unsigned enosys;
    unsigned error;
    unsigned kill;
};

static void count_call(struct counts *counts, const struct dp_policy *policy, int number)
{
    static const uint64_t none[6];
    const struct dp_call *call = dp_policy_find_call(policy, number);
    int errnum;
    enum dp_answer answer = dp_policy_decide(policy, number, none, &errnum);

    if (call && call->alternative_count > 0)
        counts->sometimes++;
    else if (answer == DP_ANSWER_ALLOW)
        counts->always++;
    else if (answer == DP_ANSWER_ENOSYS)
        counts->enosys++;
    else if (answer == DP_ANSWER_ERRNO)
        counts->error++;
    else
        counts->kill++;
}

void dp_write_table(FILE *out, const struct dp_policy *policy, const struct dp_filter *filter)
{
    struct counts counts = {0};
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        if (!dp_syscall_is_known(number))
            continue;
        write_call_rows(out, policy, number);
        count_call(&counts, policy, number);
    }
    fprintf(out, "     %-24s ENOSYS, in the filter\n", "335 to 423, 450 on");
    fprintf(out, "     %-24s named, and the run ends\n", "i386, x32");
    fprintf(out,
            "\n%u calls allowed, %u in some cases, %u ENOSYS in the filter, %u refused with an "
            "error, %u end the run\n",
            counts.always, counts.sometimes, counts.enosys, counts.error, counts.kill);
    fprintf(out, "proved: %zu instructions, sha256 %s\npolicy: %s, sha256 %s\n", filter->count,
            filter->sha256, policy->name, policy->sha256);
}

/* For container engines */

struct rules {
    FILE *out;
    unsigned count;
};

static void begin_rule(struct rules *rules, const char *action, int errnum)
{
    fprintf(rules->out, "%s\n    {\"action\": \"SCMP_ACT_%s\"", rules->count++ > 0 ? "," : "",
            action);
    if (errnum > 0)
        fprintf(rules->out, ", \"errnoRet\": %d", errnum);
    fprintf(rules->out, ", \"names\": [");
}

/* Calls with one answer and no cases. The engine itself has to start the program. */
static void write_oci_answer(struct rules *rules, const struct dp_policy *policy,
                             enum dp_answer wanted, int wanted_errnum)
{
    static const char *const actions[] = {"KILL_PROCESS", "ERRNO", "ERRNO", "ALLOW", "ALLOW"};
    static const uint64_t none[6];
    bool is_begun = false;
    int number;

    for (number = 0; number <= DP_SYSCALL_NEWEST; number++) {
        const struct dp_call *call = dp_policy_find_call(policy, number);
        int errnum = 0;
        enum dp_answer answer = dp_policy_decide(policy, number, none, &errnum);
        const bool is_exec = number == SYS_execve || number == SYS_execveat;

        if (!dp_syscall_is_known(number) || (call && call->alternative_count > 0))
            continue;
        if (is_exec)
            answer = DP_ANSWER_ALLOW;
        if (answer != wanted || (answer == DP_ANSWER_ERRNO && errnum != wanted_errnum))
            continue;
        if (!is_begun)
            begin_rule(rules, actions[wanted], wanted == DP_ANSWER_ENOSYS ? ENOSYS : wanted_errnum);
        fprintf(rules->out, "%s\"%s\"", is_begun ? ", " : "", dualpipe_syscall_name(number));
        is_begun = true;
    }
    if (is_begun)
        fprintf(rules->out, "]}");
}

static void write_oci_cases(struct rules *rules, const struct dp_policy *policy,
                            const struct dp_call *call)
{
    unsigned i;
    unsigned j;

    for (i = 0; i < call->alternative_count; i++) {
        const struct dp_alternative *one = case_at(policy, call, i);

        if (is_told_by_another(policy, call, i))
            continue;
        begin_rule(rules, "ALLOW", 0);
        fprintf(rules->out, "\"%s\"], \"args\": [", dualpipe_syscall_name(call->number));
        for (j = 0; j < one->condition_count; j++) {
            const struct dp_condition *condition = &one->conditions[j];
            const bool is_whole = condition->mask == UINT64_MAX;

            fprintf(rules->out,
                    "%s{\"index\": %u, \"value\": %" PRIu64 ", \"valueTwo\": %" PRIu64
                    ", \"op\": \"SCMP_CMP_%s\"}",
                    j > 0 ? ", " : "", condition->argument,
                    is_whole ? condition->value : condition->mask, is_whole ? 0 : condition->value,
                    is_whole ? "EQ" : "MASKED_EQ");
        }
        fprintf(rules->out, "]}");
    }
}

/*
 * Of an errno for a call that has cases, engines make a rule without conditions,
 * which libseccomp would prefer to the cases; so those calls get the default.
 */
void dp_write_oci(FILE *out, const struct dp_policy *policy)
{
    struct rules rules = {out, 0};
    int errnum;
    size_t i;

    fprintf(out, "{\n  \"defaultAction\": \"SCMP_ACT_%s\",\n",
            policy->otherwise == DP_ANSWER_KILL ? "KILL_PROCESS" : "ERRNO");
    if (policy->otherwise != DP_ANSWER_KILL)
        fprintf(out, "  \"defaultErrnoRet\": %d,\n",
                policy->otherwise == DP_ANSWER_ERRNO ? policy->otherwise_errnum : ENOSYS);
    fprintf(out, "  \"architectures\": [\"SCMP_ARCH_X86_64\"],\n  \"syscalls\": [");
    write_oci_answer(&rules, policy, DP_ANSWER_ALLOW, 0);
    for (i = 0; i < policy->call_count; i++)
        write_oci_cases(&rules, policy, &policy->calls[i]);
    write_oci_answer(&rules, policy, DP_ANSWER_ENOSYS, 0);
    for (errnum = 1; errnum < ERRORS; errnum++)
        write_oci_answer(&rules, policy, DP_ANSWER_ERRNO, errnum);
    if (policy->otherwise != DP_ANSWER_KILL)
        write_oci_answer(&rules, policy, DP_ANSWER_KILL, 0);
    fprintf(out, "\n  ]\n}\n");
}

/* Differences */

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
        if (is_within(one, case_at(policy, call, i)))
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
        const struct dp_alternative *one = case_at(b, call, i);

        if (is_told_by_another(b, call, i) || is_case_allowed(a, number, one))
            continue;
        fprintf(out, "allow %s", dualpipe_syscall_name(number));
        dp_write_conditions(out, number, one, -1);
        fputc('\n', out);
    }
}

static bool has_view(const struct dp_policy *policy, const struct dp_view *wanted)
{
    size_t i;

    for (i = 0; i < policy->view_count; i++) {
        const struct dp_view *view = &policy->views[i];

        if (view->kind == wanted->kind && strcmp(view->path, wanted->path) == 0)
            return view->executable || !wanted->executable;
    }
    return false;
}

static void write_view_differences(FILE *out, const struct dp_policy *a, const struct dp_policy *b)
{
    size_t i;

    for (i = 0; i < b->view_count; i++) {
        static const char *const words[] = {"show", "directory", "device", "proc"};
        const struct dp_view *view = &b->views[i];

        if (!has_view(a, view))
            fprintf(out, "%s%s%s%s\n", words[view->kind], view->kind == DP_VIEW_PROC ? "" : " ",
                    view->kind == DP_VIEW_PROC ? "" : view->path,
                    view->executable ? " executable" : "");
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
    struct limit before[LIMITS];
    struct limit after[LIMITS];
    int i;

    list_limits(before, &a->limits);
    list_limits(after, &b->limits);
    for (i = 0; i < LIMITS; i++) {
        struct limit *limit = &after[i];

        if (strcmp(limit->name, "stack") == 0) { /* 0: as memory */
            before[i].value = before[i].value ? before[i].value : a->limits.memory_bytes;
            limit->value = limit->value ? limit->value : b->limits.memory_bytes;
        }
        if (is_larger(limit->value, before[i].value))
            write_limit(out, limit);
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
