/* SPDX-License-Identifier: MIT */
/*
 * options.c - the command line of `dualpipe run`, taken apart by one table, which
 * other commands share.
 *
 * As getopt_long(3) reads it, with three differences: options end at PROGRAM,
 * so that its own options stay its own; long options are not abbreviated, as
 * a script would break when an option is added; and reading goes on after a
 * bad value, so that a --report behind it still gets the news.
 */
#include "options.h"
#include "words.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct run_options, field)

static const struct option options_known[] = {
    {.letter = 't', .name = "time", .kind = KIND_LIMIT},
    {.letter = 'w', .name = "wall", .kind = KIND_LIMIT},
    {.name = "idle", .kind = KIND_LIMIT},
    {.letter = 'm', .name = "memory", .kind = KIND_LIMIT},
    {.letter = 'o', .name = "output", .kind = KIND_LIMIT},
    {.letter = 'p', .name = "processes", .kind = KIND_LIMIT},
    {.name = "file-size", .kind = KIND_LIMIT},
    {.name = "stack", .kind = KIND_LIMIT},
    {.name = "open-files", .kind = KIND_LIMIT},
    {.name = "disk", .kind = KIND_LIMIT},
    {.letter = 'P', .name = "policy", .kind = KIND_TEXT, .offset = AT(policy)},
    {.name = "stdin", .kind = KIND_TEXT, .offset = AT(stdin_path)},
    {.name = "stdout", .users = FOR_RUN, .kind = KIND_TEXT, .offset = AT(stdout_path)},
    {.name = "stderr", .users = FOR_RUN, .kind = KIND_TEXT, .offset = AT(stderr_path)},
    {.name = "stderr-to-stdout", .kind = KIND_BOOL, .offset = AT(stderr_to_stdout)},
    {.name = "file", .kind = KIND_SET, .set = set_file},
    {.name = "bind", .kind = KIND_SET, .set = set_bind},
    {.name = "collect", .users = FOR_RUN, .kind = KIND_SET, .set = set_collect},
    {.name = "env", .kind = KIND_SET, .set = set_env},
    {.name = "report", .users = FOR_RUN, .kind = KIND_TEXT, .offset = AT(report_path)},
    {.name = "report-fd", .users = FOR_RUN, .kind = KIND_SET, .set = set_report_fd},
    {.name = "meta", .users = FOR_RUN, .kind = KIND_TEXT, .offset = AT(meta_path)},
    {.name = "require", .kind = KIND_SET, .set = set_require},
    {.name = "without", .kind = KIND_SET, .set = set_without},
    {.name = "on-refusal", .kind = KIND_SET, .set = set_on_refusal},
    {.name = "cpus", .kind = KIND_TEXT, .offset = AT(cpus)},
    {.name = "retry-noisy", .kind = KIND_BOOL, .offset = AT(retry_noisy)},
    {.letter = 'q', .name = "quiet", .offset = AT(talk), .value = -1},
    {.letter = 'v', .name = "verbose", .offset = AT(talk), .value = 1},
    {.letter = 'h', .name = "help", .kind = KIND_BOOL, .offset = AT(help)},
};

#define OPTION_COUNT (sizeof(options_known) / sizeof(options_known[0]))

/* The index-th option of a table, the shared ones first; NULL beyond the last. */
static const struct option *option_at(const struct option_table *table, size_t index)
{
    if (index < OPTION_COUNT)
        return &options_known[index];
    index -= OPTION_COUNT;
    return index < table->own_count ? &table->own[index] : NULL;
}

static bool is_for(const struct option *option, const struct option_table *table)
{
    return option->users == 0 || (option->users & table->user);
}

/* How one option stands on the command line. */
struct spelling {
    const struct option *option;
    char name[32];     /* as messages call it: "--time", "-t" */
    const char *value; /* NULL: none is attached */
};

/* Fill in the error, unless an earlier one is there already. */
__attribute__((format(printf, 3, 0))) static int set_error(struct run_options *options,
                                                           const char *subject, const char *format,
                                                           va_list arguments)
{
    struct dualpipe_error *error = &options->error;

    if (error->errnum != 0)
        return -1;
    *error = (struct dualpipe_error){.step = DUALPIPE_STEP_READ_JOB, .errnum = EINVAL, .layer = -1};
    (void)snprintf(error->subject, sizeof(error->subject), "%s", subject);
    (void)vsnprintf(error->advice, sizeof(error->advice), format, arguments);
    return -1;
}

int usage_error(struct run_options *options, const char *subject, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)set_error(options, subject, format, arguments);
    va_end(arguments);
    return -1;
}

int value_error(struct run_options *options, const char *option, const char *value,
                const char *format, ...)
{
    char subject[sizeof(options->error.subject)];
    va_list arguments;

    (void)snprintf(subject, sizeof(subject), "%s %s", option, value[0] ? value : "''");
    va_start(arguments, format);
    (void)set_error(options, subject, format, arguments);
    va_end(arguments);
    return -1;
}

char *keep_text(struct run_options *options, char *text)
{
    if (text)
        options->owned[options->owned_count++] = text;
    return text;
}

/* What an amount for this limit looks like. */
static const char *accepted_amounts(const char *limit)
{
    if (strcmp(limit, "time") == 0 || strcmp(limit, "wall") == 0 || strcmp(limit, "idle") == 0)
        return "write a duration: 2 (seconds), 0.5, 1500ms, 100us, 2s, 5min, 1h, or unlimited";
    if (strcmp(limit, "open-files") == 0 || strcmp(limit, "processes") == 0)
        return "write a number from 1 on, or unlimited";
    return "write a size: 4096 (bytes), 64K, 256M, 1.5G (powers of 1024), or unlimited";
}

int options_set_limit(struct run_options *options, const char *name, const char *limit,
                      const char *amount)
{
    const char *accepted = accepted_amounts(limit);
    int status = dualpipe_limits_set(&options->limits, limit, amount);

    if (status == 0)
        return 0;
    if (status != -ERANGE)
        return value_error(options, name, amount, "not an amount; %s", accepted);
    if (strpbrk(amount, "123456789"))
        return value_error(options, name, amount, "too large; %s", accepted);
    return value_error(options, name, amount, "0 is not a limit; %s", accepted);
}

static int set_option(struct run_options *options, const struct spelling *spelling)
{
    const struct option *option = spelling->option;
    void *field = (char *)options + option->offset;

    switch (option->kind) {
    case KIND_FLAG:
        *(int *)field = option->value;
        return 0;
    case KIND_BOOL:
        *(bool *)field = true;
        return 0;
    case KIND_LIMIT:
        return options_set_limit(options, spelling->name, option->name, spelling->value);
    case KIND_TEXT:
        if (!spelling->value[0])
            return value_error(options, spelling->name, "", "the name is empty; give one");
        *(const char **)field = spelling->value;
        return 0;
    default:
        return option->set(options, spelling->name, spelling->value);
    }
}

static bool takes_value(const struct option *option)
{
    return option->kind != KIND_FLAG && option->kind != KIND_BOOL;
}

static int find_long(struct run_options *options, const struct option_table *table,
                     struct spelling *spelling, const char *text)
{
    size_t length = strcspn(text, "=");
    const struct option *option;
    bool is_of_others = false;
    size_t i;

    for (i = 0; (option = option_at(table, i)) != NULL; i++) {
        if (strlen(option->name) != length || memcmp(option->name, text, length) != 0)
            continue;
        if (!is_for(option, table)) {
            is_of_others = true;
            continue;
        }
        spelling->option = option;
        spelling->value = text[length] == '=' ? text + length + 1 : NULL;
        (void)snprintf(spelling->name, sizeof(spelling->name), "--%s", option->name);
        if (spelling->value && !takes_value(option))
            return usage_error(options, spelling->name, "this option takes no value");
        return 0;
    }
    return value_error(options, "unknown option", text - 2, "%s",
                       is_of_others ? "it is an option of 'dualpipe run', not of this command"
                                    : "there is none of this name (names cannot be cut short)");
}

static int find_short(struct run_options *options, const struct option_table *table,
                      struct spelling *spelling, const char *text)
{
    const struct option *option;
    size_t i;

    (void)snprintf(spelling->name, sizeof(spelling->name), "-%c", *text);
    for (i = 0; (option = option_at(table, i)) != NULL; i++) {
        if (option->letter && option->letter == *text && is_for(option, table)) {
            spelling->option = option;
            spelling->value = takes_value(option) && text[1] ? text + 1 : NULL;
            return 0;
        }
    }
    return value_error(options, "unknown option", spelling->name, "there is none of this letter");
}

/* Sees to the value and sets the option. *index is the argument it stands in,
 * and moves on where the value is the next one. */
static int take(struct run_options *options, struct spelling *spelling, char **argv, int *index)
{
    if (!takes_value(spelling->option)) {
        spelling->value = "";
    } else if (!spelling->value) {
        if (!argv[*index + 1])
            return usage_error(options, spelling->name, "its value is missing; give one");
        spelling->value = argv[++*index];
    }
    return set_option(options, spelling);
}

/* Returns -1 only where the rest cannot be understood any more. */
static int read_argument(struct run_options *options, const struct option_table *table, char **argv,
                         int *index)
{
    struct spelling spelling = {0};
    const char *text = argv[*index];

    if (text[1] == '-') {
        if (find_long(options, table, &spelling, text + 2) < 0)
            return -1;
        (void)take(options, &spelling, argv, index);
        return 0;
    }
    for (text++; *text; text++) {
        if (find_short(options, table, &spelling, text) < 0)
            return -1;
        (void)take(options, &spelling, argv, index);
        if (takes_value(spelling.option))
            return 0;
    }
    return 0;
}

/* An option's value each takes at most one place in these; files, binds and
 * collections may have one text made for them and one made from that. */
static int make_room(struct run_options *options, size_t count)
{
    options->files = calloc(count + 1, sizeof(*options->files));
    options->binds = calloc(count + 1, sizeof(*options->binds));
    options->collections = calloc(count + 1, sizeof(*options->collections));
    options->env = calloc(count + 1, sizeof(*options->env));
    options->owned = calloc(2 * count + 1, sizeof(*options->owned));
    if (options->files && options->binds && options->collections && options->env && options->owned)
        return 0;
    options->error = (struct dualpipe_error){
        .step = DUALPIPE_STEP_READ_JOB,
        .errnum = ENOMEM,
        .layer = -1,
        .retryable = true,
        .subject = "the options",
        .advice = "free some memory",
    };
    return -1;
}

int options_init(struct run_options *options, int argc)
{
    *options = (struct run_options){.report_fd = -1, .policy = "native"};
    return make_room(options, (size_t)argc);
}

int options_read(struct run_options *options, const struct option_table *table, char **argv,
                 int *index)
{
    for (; argv[*index] && argv[*index][0] == '-' && argv[*index][1]; ++*index) {
        if (strcmp(argv[*index], "--") == 0) {
            ++*index;
            return 1;
        }
        if (read_argument(options, table, argv, index) < 0)
            return -1;
    }
    return 0;
}

void options_check(struct run_options *options)
{
    uint32_t both = options->require & options->without;
    enum dualpipe_layer layer;

    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++) {
        if (both & DUALPIPE_LAYER_BIT(layer))
            (void)value_error(options, "--without", dualpipe_layer_name(layer),
                              "--require insists on the same layer; choose one of the two");
    }
    if (options->stderr_to_stdout && options->stderr_path)
        (void)value_error(options, "--stderr", options->stderr_path,
                          "--stderr-to-stdout sends it elsewhere; choose one of the two");
}

void limits_derive_wall(struct dualpipe_limits *limits)
{
    int64_t wall;

    if (limits->cpu_us <= 0 || limits->wall_us != 0)
        return;
    if (__builtin_mul_overflow(limits->cpu_us, 3, &wall))
        wall = INT64_MAX;
    if (wall < limits->cpu_us + DUALPIPE_SECONDS(1))
        wall = limits->cpu_us + DUALPIPE_SECONDS(1);
    limits->wall_us = wall;
}

int run_options_read(struct run_options *options, int argc, char **argv)
{
    static const struct option_table table = {.user = FOR_RUN};
    int i = 0;
    int status = options_init(options, argc);

    options->program = argv + argc;
    if (status < 0 || options_read(options, &table, argv, &i) < 0)
        return -1;
    options->program = argv + i;
    if (!options->help) {
        options_check(options);
        if (!options->program[0])
            (void)usage_error(options, "PROGRAM", "no program is named; put it behind the options");
    }
    limits_derive_wall(&options->limits);
    return options->error.errnum == 0 ? 0 : -1;
}

void run_options_release(struct run_options *options)
{
    while (options->owned_count > 0)
        free(options->owned[--options->owned_count]);
    free(options->owned);
    free(options->files);
    free(options->binds);
    free(options->collections);
    free(options->env);
}
