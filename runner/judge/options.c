/* SPDX-License-Identifier: MIT */
/* options.c - see options.h. */
#include "options.h"

#include "allocate.h"

#include "../words.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 1024

enum key {
    KEY_LANGUAGE = 256,
    KEY_LANGUAGES,
    KEY_CHECKER,
    KEY_CHECKER_STYLE,
    KEY_CHECKER_ARGUMENT,
    KEY_INTERACTOR,
    KEY_TRANSCRIPT,
    KEY_REPORT,
    KEY_REPORT_LINES,
    KEY_JUNIT,
    KEY_HTML,
    KEY_CSV,
    KEY_RESUME,
    KEY_CPUS,
    KEY_ONE_CPU,
    KEY_ALL,
    KEY_VERIFY,
    KEY_VALIDATE_INPUT,
    KEY_COLOR,
    KEY_IDLE,
    KEY_DISK,
};

static const struct option known[] = {
    {"time", required_argument, NULL, 't'},
    {"wall", required_argument, NULL, 'w'},
    {"memory", required_argument, NULL, 'm'},
    {"output", required_argument, NULL, 'o'},
    {"processes", required_argument, NULL, 'p'},
    {"idle", required_argument, NULL, KEY_IDLE},
    {"disk", required_argument, NULL, KEY_DISK},
    {"jobs", required_argument, NULL, 'j'},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"language", required_argument, NULL, KEY_LANGUAGE},
    {"languages", required_argument, NULL, KEY_LANGUAGES},
    {"checker", required_argument, NULL, KEY_CHECKER},
    {"checker-style", required_argument, NULL, KEY_CHECKER_STYLE},
    {"checker-argument", required_argument, NULL, KEY_CHECKER_ARGUMENT},
    {"interactor", required_argument, NULL, KEY_INTERACTOR},
    {"transcript", required_argument, NULL, KEY_TRANSCRIPT},
    {"report", required_argument, NULL, KEY_REPORT},
    {"report-lines", required_argument, NULL, KEY_REPORT_LINES},
    {"junit", required_argument, NULL, KEY_JUNIT},
    {"html", required_argument, NULL, KEY_HTML},
    {"csv", required_argument, NULL, KEY_CSV},
    {"resume", required_argument, NULL, KEY_RESUME},
    {"cpus", required_argument, NULL, KEY_CPUS},
    {"one-cpu", no_argument, NULL, KEY_ONE_CPU},
    {"all", no_argument, NULL, KEY_ALL},
    {"verify", no_argument, NULL, KEY_VERIFY},
    {"validate-input", no_argument, NULL, KEY_VALIDATE_INPUT},
    {"color", required_argument, NULL, KEY_COLOR},
    {NULL, 0, NULL, 0},
};

static const char *limit_of(int key)
{
    switch (key) {
    case 't':
        return "time";
    case 'w':
        return "wall";
    case 'm':
        return "memory";
    case 'o':
        return "output";
    case 'p':
        return "processes";
    case KEY_IDLE:
        return "idle";
    case KEY_DISK:
        return "disk";
    default:
        return NULL;
    }
}

static int set_limit(struct judge_options *options, const char *name, const char *amount)
{
    const int status = dualpipe_limits_set(&options->limits, name, amount);

    if (status == -ERANGE)
        say("--%s %s: 0 is not a limit, and very much is none either; say unlimited", name, amount);
    else if (status < 0)
        say("--%s %s: this is no amount; write 2, 0.5, 1500ms, or 64M, 1G", name, amount);
    return status < 0 ? -1 : 0;
}

static int set_jobs(struct judge_options *options, const char *value)
{
    char *end;
    const unsigned long jobs = strtoul(value, &end, 10);

    if (*end || value[0] < '0' || value[0] > '9' || jobs < 1 || jobs > JOBS_MAX) {
        say("--jobs %s: this is no number from 1 to %d", value, JOBS_MAX);
        return -1;
    }
    options->jobs = (unsigned)jobs;
    return 0;
}

static int set_color(struct judge_options *options, const char *value)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            options->color = (enum judge_color)i;
            return 0;
        }
    }
    say("--color %s: this is none of auto, always, never", value);
    return -1;
}

static int set_style(struct judge_options *options, const char *value)
{
    options->checker_style = value;
    if (strcmp(value, "testlib") == 0 || strcmp(value, "icpc") == 0)
        return 0;
    say("--checker-style %s: this is none of testlib, icpc", value);
    return -1;
}

static const char **text_place(struct judge_options *options, int key)
{
    switch (key) {
    case KEY_LANGUAGE:
        return &options->language;
    case KEY_LANGUAGES:
        return &options->languages_path;
    case KEY_CHECKER:
        return &options->checker;
    case KEY_INTERACTOR:
        return &options->interactor;
    case KEY_TRANSCRIPT:
        return &options->transcript_path;
    case KEY_REPORT:
        return &options->report_path;
    case KEY_REPORT_LINES:
        return &options->report_lines_path;
    case KEY_JUNIT:
        return &options->junit_path;
    case KEY_HTML:
        return &options->html_path;
    case KEY_CSV:
        return &options->csv_path;
    case KEY_RESUME:
        return &options->resume_path;
    case KEY_CPUS:
        return &options->cpus;
    default:
        return NULL;
    }
}

static bool *flag_place(struct judge_options *options, int key)
{
    switch (key) {
    case KEY_ONE_CPU:
        return &options->one_cpu;
    case KEY_ALL:
        return &options->all;
    case KEY_VERIFY:
        return &options->verify;
    case KEY_VALIDATE_INPUT:
        return &options->validates_input;
    case 'h':
        return &options->help;
    default:
        return NULL;
    }
}

static int set_option(struct judge_options *options, int key, const char *value)
{
    const char **text = text_place(options, key);
    bool *flag = flag_place(options, key);

    if (limit_of(key))
        return set_limit(options, limit_of(key), value);
    if (text)
        *text = value;
    else if (flag)
        *flag = true;
    else if (key == 'q' || key == 'v')
        options->talk = key == 'q' ? -1 : 1;
    else if (key == 'j')
        return set_jobs(options, value);
    else if (key == KEY_COLOR)
        return set_color(options, value);
    else if (key == KEY_CHECKER_STYLE)
        return set_style(options, value);
    else if (key == KEY_CHECKER_ARGUMENT)
        *GROW(options->checker_arguments, options->checker_argument_count) = value;
    return 0;
}

/* The next option's key, and its word; '?': it is none, -1: there are no more.
 * Abbreviations, which getopt_long(3) takes, are none here: what an option added
 * later makes ambiguous would break scripts. */
static int next_key(int argc, char **argv, const char **word)
{
    int which = -1;
    const int key = getopt_long(argc, argv, ":t:w:m:o:p:j:qvh", known, &which);
    size_t length;

    if (key == -1)
        return -1;
    *word = argv[optind - 1];
    if (which < 0 || key == ':')
        return key;
    if (optarg == *word)
        *word = argv[optind - 2];
    length = strcspn(*word, "=") - 2;
    return strlen(known[which].name) == length && memcmp(*word + 2, known[which].name, length) == 0
               ? key
               : '?';
}

int judge_options_read(struct judge_options *options, int argc, char **argv)
{
    const char *word = "";
    int result = 0;
    int key;

    *options = (struct judge_options){.jobs = 1};
    opterr = 0;
    optind = 0; /* glibc: start over, and from argv[1] */
    while (result == 0 && (key = next_key(argc, argv, &word)) != -1) {
        if (key == ':') {
            say("%s: this option needs a value", word);
            result = -1;
        } else if (key == '?') {
            say("%s: there is no such option", word);
            result = -1;
        } else {
            result = set_option(options, key, optarg);
        }
    }
    options->operands = argv + optind;
    options->operand_count = argc - optind;
    return result;
}

void judge_options_release(struct judge_options *options)
{
    free(options->checker_arguments);
}
