/* SPDX-License-Identifier: MIT */
/*
 * options.c - the command line of `dualpipe run`, taken apart by one table.
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

enum option_kind {
    KIND_FLAG = 0, /* takes no value; sets .value at .offset, an int */
    KIND_BOOL,     /* takes no value; sets a bool at .offset */
    KIND_LIMIT,    /* an amount for the limit of the same name */
    KIND_TEXT,     /* a text at .offset */
    KIND_SET,      /* what .set makes of it */
};

struct option {
    char letter; /* 0: none */
    const char *name;
    enum option_kind kind;
    size_t offset; /* in struct run_options */
    int value;
    option_setter *set;
};

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
    {.name = "stdout", .kind = KIND_TEXT, .offset = AT(stdout_path)},
    {.name = "stderr", .kind = KIND_TEXT, .offset = AT(stderr_path)},
    {.name = "stderr-to-stdout", .kind = KIND_BOOL, .offset = AT(stderr_to_stdout)},
    {.name = "file", .kind = KIND_SET, .set = set_file},
    {.name = "bind", .kind = KIND_SET, .set = set_bind},
    {.name = "collect", .kind = KIND_SET, .set = set_collect},
    {.name = "env", .kind = KIND_SET, .set = set_env},
    {.name = "report", .kind = KIND_TEXT, .offset = AT(report_path)},
    {.name = "report-fd", .kind = KIND_SET, .set = set_report_fd},
    {.name = "meta", .kind = KIND_TEXT, .offset = AT(meta_path)},
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

__attribute__((format(printf, 3, 4))) static int usage_error(struct run_options *options,
                                                             const char *subject,
                                                             const char *format, ...)
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

static int set_limit(struct run_options *options, const struct spelling *spelling)
{
    const char *limit = spelling->option->name;
    const char *accepted = accepted_amounts(limit);
    int status = dualpipe_limits_set(&options->limits, limit, spelling->value);

    if (status == 0)
        return 0;
    if (status != -ERANGE)
        return value_error(options, spelling->name, spelling->value, "not an amount; %s", accepted);
    if (strpbrk(spelling->value, "123456789"))
        return value_error(options, spelling->name, spelling->value, "too large; %s", accepted);
    return value_error(options, spelling->name, spelling->value, "0 is not a limit; %s", accepted);
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
        return set_limit(options, spelling);
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

static int find_long(struct run_options *options, struct spelling *spelling, const char *text)
{
    size_t length = strcspn(text, "=");
    size_t i;

    for (i = 0; i < OPTION_COUNT; i++) {
        const struct option *option = &options_known[i];

        if (strlen(option->name) != length || memcmp(option->name, text, length) != 0)
            continue;
        spelling->option = option;
        spelling->value = text[length] == '=' ? text + length + 1 : NULL;
        (void)snprintf(spelling->name, sizeof(spelling->name), "--%s", option->name);
        if (spelling->value && !takes_value(option))
            return usage_error(options, spelling->name, "this option takes no value");
        return 0;
    }
    return value_error(options, "unknown option", text - 2,
                       "there is none of this name (names cannot be cut short)");
}

static int find_short(struct run_options *options, struct spelling *spelling, const char *text)
{
    size_t i;

    (void)snprintf(spelling->name, sizeof(spelling->name), "-%c", *text);
    for (i = 0; i < OPTION_COUNT; i++) {
        if (options_known[i].letter && options_known[i].letter == *text) {
            spelling->option = &options_known[i];
            spelling->value = takes_value(spelling->option) && text[1] ? text + 1 : NULL;
            return 0;
        }
    }
    return value_error(options, "unknown option", spelling->name, "there is none of this letter");
}

/* Sees to the value and sets the option. *index is the argument it stands in,
 * and moves on where the value is the next one. */
static int take(struct run_options *options, struct spelling *spelling, char **argv, int *index)
{
    if (takes_value(spelling->option) && !spelling->value) {
        if (!argv[*index + 1])
            return usage_error(options, spelling->name, "its value is missing; give one");
        spelling->value = argv[++*index];
    }
    return set_option(options, spelling);
}

/* Returns -1 only where the rest cannot be understood any more. */
static int read_argument(struct run_options *options, char **argv, int *index)
{
    struct spelling spelling = {0};
    const char *text = argv[*index];

    if (text[1] == '-') {
        if (find_long(options, &spelling, text + 2) < 0)
            return -1;
        (void)take(options, &spelling, argv, index);
        return 0;
    }
    for (text++; *text; text++) {
        if (find_short(options, &spelling, text) < 0)
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
        .step = DUALPIPE_STEP_READ_JOB, .errnum = ENOMEM, .layer = -1, .retryable = true};
    return -1;
}

static void check_together(struct run_options *options)
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
    if (!options->program[0])
        (void)usage_error(options, "PROGRAM", "no program is named; put it behind the options");
}

/* 3 times the CPU limit, at least one second more, for a program that waits. */
static void derive_wall(struct dualpipe_limits *limits)
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
    int i = 0;

    *options = (struct run_options){.report_fd = -1, .policy = "native"};
    options->program = argv + argc;
    if (make_room(options, (size_t)argc) < 0)
        return -1;
    for (; argv[i] && argv[i][0] == '-' && argv[i][1]; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (read_argument(options, argv, &i) < 0)
            return -1;
    }
    options->program = argv + i;
    if (!options->help)
        check_together(options);
    derive_wall(&options->limits);
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
