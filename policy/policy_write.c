/* SPDX-License-Identifier: MIT */
/* policy_write.c - a policy in its own language again, with nothing used. */
#include "policy_write.h"
#include "filter.h"
#include "policy_cases.h"
#include "syscall_table.h"

#include <inttypes.h>
#include <string.h>
#include <sys/syscall.h>

#define LINE_WIDTH 96

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

static bool is_same_answer(const struct dp_call *call, enum dp_answer answer, int errnum)
{
    return call->answer == answer && (answer != DP_ANSWER_ERRNO || call->errnum == errnum);
}

/* Such a one is told as allowed, and witnessed from a size on. */
static bool is_always_witnessed(const struct dp_policy *policy, const struct dp_call *call)
{
    unsigned i;

    for (i = 0; i < call->alternative_count; i++) {
        if (dp_case_at(policy, call, i)->answer == DP_ANSWER_WITNESS &&
            dp_case_at(policy, call, i)->condition_count == 0)
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
                   answer == DP_ANSWER_ERRNO ? dp_error_name(errnum) : "");
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
        if (dp_case_at(policy, call, i)->answer == DP_ANSWER_WITNESS) {
            fprintf(out, "allow %s", name);
            dp_write_conditions(out, call->number, dp_case_at(policy, call, i), -1);
            fputc('\n', out);
        }
    }
    if (dp_case_find_witness(policy, call, &argument, &size)) {
        struct dp_argument named;

        (void)dp_syscall_argument_at(call->number, argument, &named);
        fprintf(out, "witness %s %.*s from %" PRIu64 "\n", name, (int)named.length, named.name,
                size);
    }
    for (i = 0; i < call->alternative_count; i++) {
        if (dp_case_at(policy, call, i)->answer == DP_ANSWER_WITNESS ||
            dp_case_is_told_by_another(policy, call, i))
            continue;
        fprintf(out, "allow %s", name);
        dp_write_conditions(out, call->number, dp_case_at(policy, call, i), -1);
        fputc('\n', out);
    }
}

/* Settings */

void dp_write_view(FILE *out, const struct dp_view *view, bool is_optional)
{
    static const char *const words[] = {"show", "directory", "device", "proc"};

    fputs(words[view->kind], out);
    if (view->kind != DP_VIEW_PROC)
        fprintf(out, " %s", view->path);
    if (view->size_bytes > 0)
        fprintf(out, " %" PRId64, view->size_bytes);
    fprintf(out, "%s%s\n", is_optional ? " optional" : "", view->executable ? " executable" : "");
}

static void write_views(FILE *out, const struct dp_policy *policy)
{
    size_t i;

    for (i = 0; i < policy->view_count; i++)
        dp_write_view(out, &policy->views[i], policy->views[i].optional);
    for (i = 0; i < policy->env_count; i++)
        fprintf(out, "environment %s\n", policy->env[i]);
    for (i = 0; i < policy->preload_count; i++)
        fprintf(out, "preload %s\n", policy->preload[i]);
    fprintf(out, "start-in %s\n", policy->directory);
}

void dp_write_limit_list(struct dp_written_limit limits[DP_WRITTEN_LIMITS],
                         const struct dualpipe_limits *from)
{
    const struct dp_written_limit all[DP_WRITTEN_LIMITS] = {
        {"time", "us", from->cpu_us},       {"wall", "us", from->wall_us},
        {"idle", "us", from->idle_us},      {"memory", "", from->memory_bytes},
        {"output", "", from->output_bytes}, {"file-size", "", from->file_bytes},
        {"stack", "", from->stack_bytes},   {"open-files", "", from->open_files},
        {"processes", "", from->processes}, {"disk", "", from->disk_bytes},
    };

    memcpy(limits, all, sizeof(all));
}

void dp_write_limit(FILE *out, const struct dp_written_limit *limit)
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
    struct dp_written_limit limits[DP_WRITTEN_LIMITS];
    int i;

    fprintf(out, "\nexec %s\n\n", policy->exec_once ? "once" : "free");
    write_views(out, policy);
    fputc('\n', out);
    dp_write_limit_list(limits, &policy->limits);
    for (i = 0; i < DP_WRITTEN_LIMITS; i++)
        dp_write_limit(out, &limits[i]);
    if (policy->layers != 0)
        write_layers(out, policy->layers);
}

void dp_write_expanded(FILE *out, const struct dp_policy *policy)
{
    int errnum;
    size_t i;

    if (policy->otherwise == DP_ANSWER_ERRNO)
        fprintf(out, "otherwise errno %s\n", dp_error_name(policy->otherwise_errnum));
    else
        fprintf(out, "otherwise %s\n", policy->otherwise == DP_ANSWER_KILL ? "kill" : "enosys");
    write_answers(out, policy, DP_ANSWER_ALLOW, 0);
    for (errnum = 1; errnum < DP_ERRORS; errnum++)
        write_answers(out, policy, DP_ANSWER_ERRNO, errnum);
    write_answers(out, policy, DP_ANSWER_ENOSYS, 0);
    write_answers(out, policy, DP_ANSWER_KILL, 0);
    for (i = 0; i < policy->call_count; i++)
        write_cases(out, policy, &policy->calls[i]);
    write_settings(out, policy);
}
