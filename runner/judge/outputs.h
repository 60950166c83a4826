/* SPDX-License-Identifier: MIT */
/* outputs.h - the files that a judgement is written to, opened before anything
 * runs. */
#ifndef RUNNER_JUDGE_OUTPUTS_H
#define RUNNER_JUDGE_OUTPUTS_H

#include "judgement.h"
#include "options.h"

#include "../output.h"

enum judge_output {
    OUTPUT_REPORT = 0,
    OUTPUT_REPORT_LINES,
    OUTPUT_JUNIT,
    OUTPUT_HTML,
    OUTPUT_CSV,
    OUTPUT_TRANSCRIPT,
    OUTPUT_COUNT,
};

struct judge_outputs {
    struct output files[OUTPUT_COUNT];
};

/* Returns 0, or -1 after it said which cannot be opened. */
int judge_outputs_open(struct judge_outputs *outputs, const struct judge_options *options);

/* Write all of them, and the table to standard output unless a report goes
 * there or quiet was asked for. first: what a row is about, "submission".
 * Returns 0, or -1 after it said what could not be written. */
int judge_outputs_write(struct judge_outputs *outputs, const struct judge_options *options,
                        const struct judgement *judgement, const char *first);
void judge_outputs_close(struct judge_outputs *outputs);

#endif
