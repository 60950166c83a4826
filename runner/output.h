/* SPDX-License-Identifier: MIT */
/* output.h - one file or descriptor that the command line names to write to. */
#ifndef RUNNER_OUTPUT_H
#define RUNNER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* For a stream that is read, too: it is all the same but for the writing. */
struct output {
    const char *option; /* "--report" */
    const char *path;   /* as the user named it */
    int fd;             /* -1: not open */
    bool is_ours;       /* opened here, so closed here */
    bool is_regular;
    dev_t device;
    ino_t inode;
};

#define OUTPUT_NONE                                                                                \
    {                                                                                              \
        .fd = -1                                                                                   \
    }

/* Open path to be written or, with for_reading, to be read. What it holds is
 * left alone until output_empty(). Returns 0 or a negative errno value. */
int output_open(struct output *output, const char *option, const char *path, bool for_reading);

/* Take a descriptor that is open already. */
void output_adopt(struct output *output, const char *option, const char *path, int fd);

/* Cut a regular file that was opened here to nothing. Returns likewise. */
int output_empty(const struct output *output);

/* True where both are one regular file. */
bool output_is_same(const struct output *one, const struct output *other);

/* Write all of the text, or, in a regular file, nothing that looks like it.
 * Returns likewise; -EINTR where a signal came while the reader was awaited. */
int output_write(const struct output *output, const char *text, size_t size);

/* Close it. A file system may only now say that it has no room. */
int output_close(struct output *output);

#endif
