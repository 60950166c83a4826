/* SPDX-License-Identifier: MIT */
/* options.h - the command line of `dualpipe run`, taken apart. */
#ifndef RUNNER_OPTIONS_H
#define RUNNER_OPTIONS_H

#include "dualpipe.h"

/* A file to take out of the box. */
struct collection {
    const char *name; /* inside */
    const char *host; /* where it goes */
};

/* Zeroed is what no option at all means, but for .report_fd. */
struct run_options {
    struct dualpipe_limits limits;
    const char *policy;
    const char *stdin_path;
    const char *stdout_path;
    const char *stderr_path;
    bool stderr_to_stdout;
    const char *report_path; /* "-": standard output */
    int report_fd;           /* -1: none */
    const char *meta_path;
    uint32_t require;
    uint32_t without;
    enum dualpipe_on_refusal on_refusal;
    const char *cpus;
    bool retry_noisy;
    int talk; /* -1 quiet, 1 verbose */
    bool help;

    struct dualpipe_file *files;
    size_t file_count;
    struct dualpipe_bind *binds;
    size_t bind_count;
    struct collection *collections;
    size_t collection_count;
    const char **env; /* NULL-terminated */
    size_t env_count;

    char **program; /* PROGRAM and its arguments, NULL-terminated */

    char **owned; /* texts that were made here */
    size_t owned_count;
    struct dualpipe_error error; /* the first thing wrong, if .errnum is set */
};

/*
 * Take argv apart, which starts with the first option. Everything is borrowed
 * from argv and the environment until run_options_release(), which is due in
 * any case. Returns 0, or -1 and options->error; what was understood, the
 * report's place above all, is set even then.
 */
int run_options_read(struct run_options *options, int argc, char **argv);
void run_options_release(struct run_options *options);

/* For the functions that set one option. The value is wrong: says how, with
 * what would be right. The first error stays. Returns -1. */
int value_error(struct run_options *options, const char *option, const char *value,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Keep a malloc()ed text until the release. Returns it; NULL stays NULL. */
char *keep_text(struct run_options *options, char *text);

/* What sets one option: name is how messages call it. Returns 0 or -1. */
typedef int option_setter(struct run_options *options, const char *name, const char *value);
option_setter set_file, set_bind, set_collect, set_env, set_require, set_without, set_on_refusal,
    set_report_fd;

#endif
