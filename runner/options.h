/* SPDX-License-Identifier: MIT */
/* options.h - the command line of `dualpipe run`, and of the commands that share
 * its options, taken apart. */
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

/* The commands that take options of run; for sets of them. */
enum option_user {
    FOR_RUN = 1,
    FOR_BATCH = 2,
};

/* What sets one option: name is how messages call it. Returns 0 or -1. */
typedef int option_setter(struct run_options *options, const char *name, const char *value);

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
    unsigned users; /* a set of enum option_user; 0: all */
    size_t offset;  /* in struct run_options, or in what starts with one */
    int value;
    option_setter *set;
};

/* Which options there are: those of run that are the user's, too, and its own. */
struct option_table {
    enum option_user user;
    const struct option *own;
    size_t own_count;
};

/*
 * The parts of reading a command line. First init, in any case followed by
 * run_options_release(); then read, from argv[*index] on to the first argument
 * that is no option, where *index then stands: it does not go on behind "--".
 * Returns 0; 1, it was "--"; -1, what follows cannot be understood. What else is
 * wrong is in options->error alone.
 */
int options_init(struct run_options *options, int argc);
int options_read(struct run_options *options, const struct option_table *table, char **argv,
                 int *index);

/* What contradicts itself, for all users. */
void options_check(struct run_options *options);

/* Set one limit from text, name being how messages call it. Returns 0 or -1. */
int options_set_limit(struct run_options *options, const char *name, const char *limit,
                      const char *amount);

/* Where only the CPU limit is set, a wall limit follows: 3 times that, and at
 * least one second more, for a program that waits. */
void limits_derive_wall(struct dualpipe_limits *limits);

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
int usage_error(struct run_options *options, const char *subject, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int value_error(struct run_options *options, const char *option, const char *value,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Keep a malloc()ed text until the release. Returns it; NULL stays NULL. */
char *keep_text(struct run_options *options, char *text);

option_setter set_file, set_bind, set_collect, set_env, set_require, set_without, set_on_refusal,
    set_report_fd;

#endif
