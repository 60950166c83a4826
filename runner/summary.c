/* SPDX-License-Identifier: MIT */
/* summary.c - how a run ended, in a line or more for people. */
#include "summary.h"
#include "words.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_SIZE 48

static void say_ending(const struct dualpipe_result *result)
{
    const struct dualpipe_usage *usage = &result->usage;
    char cpu[WORD_SIZE];
    char wall[WORD_SIZE];
    char memory[WORD_SIZE];
    bool has_run = result->has_status || result->pid > 0;

    if (!has_run) {
        say("%s: %s", dualpipe_verdict_name(result->verdict), result->reason);
        return;
    }
    /* An idle target may well have used no time that is counted. */
    (void)snprintf(cpu, sizeof(cpu), "0.000 s");
    (void)snprintf(wall, sizeof(wall), "0.000 s");
    if (usage->cpu_us != 0)
        (void)time_in_words(usage->cpu_us, cpu, sizeof(cpu));
    if (usage->wall_us != 0)
        (void)time_in_words(usage->wall_us, wall, sizeof(wall));
    if (usage->memory_peak_bytes > 0)
        (void)size_in_words(usage->memory_peak_bytes, memory, sizeof(memory));
    else
        (void)snprintf(memory, sizeof(memory), "unknown");
    say("%s%s%s (cpu %s, wall %s, memory %s)", dualpipe_verdict_name(result->verdict),
        result->reason[0] ? ": " : "", result->reason, cpu, wall, memory);
}

static void say_layers(const struct dualpipe_result *result)
{
    static const char *const words[] = {"off", "on", "given up", "unavailable"};
    enum dualpipe_layer layer;

    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++) {
        const struct dualpipe_layer_report *report = &result->layers[layer];
        size_t state = (size_t)report->state;

        say("layer %s: %s%s%s", dualpipe_layer_name(layer), state < 4 ? words[state] : "unknown",
            report->note[0] ? ", " : "", report->note);
    }
}

/* In the words that its option takes. */
static void say_count(const char *limit, int64_t value)
{
    if (value == DUALPIPE_UNLIMITED)
        say("limit %s: unlimited", limit);
    else if (value > 0)
        say("limit %s: %" PRId64, limit, value);
}

static void say_time(const char *limit, int64_t us)
{
    char text[WORD_SIZE];

    if (us != 0)
        say("limit %s: %s", limit, time_in_words(us, text, sizeof(text)));
}

static void say_size(const char *limit, int64_t bytes)
{
    char text[WORD_SIZE];

    if (bytes != 0)
        say("limit %s: %s", limit, size_in_words(bytes, text, sizeof(text)));
}

static void say_limits(const struct dualpipe_limits *limits)
{
    say_time("time", limits->cpu_us);
    say_time("wall", limits->wall_us);
    if (limits->idle_us > 0)
        say_time("idle", limits->idle_us);
    say_size("memory", limits->memory_bytes);
    say_size("output", limits->output_bytes);
    say_size("file-size", limits->file_bytes);
    say_size("stack", limits->stack_bytes);
    say_count("open-files", limits->open_files);
    say_count("processes", limits->processes);
    say_size("disk", limits->disk_bytes);
}

static void say_details(const struct dualpipe_result *result)
{
    int64_t setup_us = result->usage.setup_us > 0 ? result->usage.setup_us : 0;

    if (result->policy_name[0])
        say("policy %s, sha256 %s", result->policy_name, result->policy_sha256);
    say_layers(result);
    say_limits(&result->limits);
    say("setup %" PRId64 ".%03" PRId64 " ms, attested: %s", setup_us / 1000, setup_us % 1000,
        result->attested ? "yes" : "no");
    say("measured by: cpu %s, memory %s", result->cpu_source ? result->cpu_source : "nothing",
        result->memory_source ? result->memory_source : "nothing");
}

static void say_refusal(const struct dualpipe_result *result)
{
    if (result->refused.count <= 0)
        return;
    say("refused: %s (number %" PRId32 "), %" PRId64 " in all", result->refused_text,
        result->refused.number, result->refused.count);
    if (result->refused_hint[0])
        say("hint: %s", result->refused_hint);
}

static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);

    return strncmp(path, directory, length) == 0 &&
           (path[length] == '\0' || path[length] == '/' || strcmp(directory, "/") == 0);
}

/* What the options put into the box, and what the policy shows. */
static bool is_in_box(const struct run_options *options, const struct dualpipe_policy *policy,
                      const char *path)
{
    size_t i;

    for (i = 0; i < options->bind_count; i++) {
        const struct dualpipe_bind *bind = &options->binds[i];

        if (is_below(path, bind->inside ? bind->inside : bind->host))
            return true;
    }
    for (i = 0; i < options->file_count; i++) {
        if (strcmp(options->files[i].name, path) == 0)
            return true;
    }
    return dualpipe_policy_shows(policy, path);
}

/* The commonest surprise: the file is there, but not for the target. */
static void say_missing_files(const struct dualpipe_result *result,
                              const struct run_options *options,
                              const struct dualpipe_policy *policy)
{
    char **argument = options->program;

    if (result->verdict != DUALPIPE_NONZERO_EXIT && result->verdict != DUALPIPE_SIGNALLED)
        return;
    while (*argument && *++argument) {
        struct stat status;
        char quoted[PATH_MAX];

        if ((*argument)[0] == '-' || is_in_box(options, policy, *argument) ||
            stat(*argument, &status) < 0 || !S_ISREG(status.st_mode))
            continue;
        (void)shell_quote(*argument, quoted, sizeof(quoted));
        if (strchr(*argument, '/'))
            say("hint: %s is not in the box; --file %s puts a copy there, named %s", quoted, quoted,
                base_name(*argument));
        else
            say("hint: %s is not in the box; --file %s puts a copy there", quoted, quoted);
    }
}

void summary_say(const struct dualpipe_result *result, const struct run_options *options,
                 const struct dualpipe_policy *policy)
{
    bool is_ok = result->verdict == DUALPIPE_OK;

    if (options->talk < 0)
        return;
    if (!is_ok || options->talk > 0 || isatty(STDERR_FILENO))
        say_ending(result);
    if (options->talk > 0 || result->verdict == DUALPIPE_VIOLATION ||
        result->verdict == DUALPIPE_NONZERO_EXIT || result->verdict == DUALPIPE_SIGNALLED)
        say_refusal(result);
    say_missing_files(result, options, policy);
    if (options->talk > 0)
        say_details(result);
}
