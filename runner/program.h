/* SPDX-License-Identifier: MIT */
/* program.h - where PROGRAM is on the host, and why it cannot be run. */
#ifndef RUNNER_PROGRAM_H
#define RUNNER_PROGRAM_H

#include <stddef.h>

/*
 * Find a program as a shell does: a name with a slash is a path; any other is
 * looked for in PATH, where an empty element is the current directory. Scripts,
 * which no box starts, are passed over where a program of the name is further
 * on. path holds size bytes, and what is put there has a slash.
 *
 * Returns 0. Errors: -ENOENT, -EACCES (there are only files that cannot be
 * executed), -ENAMETOOLONG.
 */
int program_find(const char *name, char *path, size_t size);

/*
 * Where path is a script, put the command line that would run it into advice:
 * scripts are run by naming their interpreter. Returns advice, which is left
 * alone where path is no script.
 */
char *program_advice(const char *path, char *advice, size_t size);

#endif
