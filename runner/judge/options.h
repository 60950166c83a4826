/* SPDX-License-Identifier: MIT */
/* options.h - the command lines of `dualpipe judge`, `grade` and `interact`. */
#ifndef RUNNER_JUDGE_OPTIONS_H
#define RUNNER_JUDGE_OPTIONS_H

#include "dualpipe.h"

#include <stdbool.h>
#include <stddef.h>

enum judge_color { COLOR_AUTO = 0, COLOR_ALWAYS, COLOR_NEVER };

/* All borrowed from the command line. */
struct judge_options {
    struct dualpipe_limits limits; /* those that were given */
    const char *language;
    const char *languages_path;
    const char *checker;       /* "tokens", "exact", or a file; NULL: by the problem */
    const char *checker_style; /* "testlib" or "icpc", for a file */
    const char *interactor;
    const char **checker_arguments; /* for "tokens": as the default validator's */
    size_t checker_argument_count;
    const char *transcript_path;
    const char *report_path;
    const char *report_lines_path;
    const char *junit_path;
    const char *html_path;
    const char *csv_path;
    const char *resume_path;
    const char *cpus;
    bool one_cpu;
    bool all; /* go on after the first failure */
    bool verify;
    bool validates_input;
    unsigned jobs;
    int talk; /* -1 quiet, 1 verbose */
    enum judge_color color;
    bool help;
    char **operands;
    int operand_count;
};

/* Take argv apart, which starts with the first option. Returns 0, or -1 after it
 * said what is wrong. */
int judge_options_read(struct judge_options *options, int argc, char **argv);
void judge_options_release(struct judge_options *options);

#endif
