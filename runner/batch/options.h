/* SPDX-License-Identifier: MIT */
/* options.h - the command line of `dualpipe batch`. */
#ifndef BATCH_OPTIONS_H
#define BATCH_OPTIONS_H

#include "../options.h"

struct batch_options {
    struct run_options run; /* first, as the shared table counts on; what every job starts from */
    const char *input_path; /* "-": standard input */
    const char *out_path;   /* "-": standard output */
    const char *resume_path;
    unsigned jobs; /* at once; 0: as many as CPUs */
    const char *freshness;
    bool warm;
    bool ordered;
    size_t keep_bytes; /* of each stream, in a result */
};

/* As run_options_read(); .run.error says what is wrong. */
int batch_options_read(struct batch_options *options, int argc, char **argv);
void batch_options_release(struct batch_options *options);

#endif
