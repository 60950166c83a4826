/* SPDX-License-Identifier: MIT */
/* host_files.h - the host's files that --file and --bind name, looked at first. */
#ifndef RUNNER_HOST_FILES_H
#define RUNNER_HOST_FILES_H

#include "options.h"

struct host_fault {
    const char *option;
    const char *path;
    int errnum;
    const char *advice;
};

/* The library would find what is wrong as well, but does not know the options'
 * names. Returns 0, or -1 and the first fault. */
int host_files_check(const struct run_options *options, struct host_fault *fault);

#endif
