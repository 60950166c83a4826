/* SPDX-License-Identifier: MIT */
/*
 * scratch.h - directories of our own, for what was compiled and unpacked: all
 * beneath one that is removed when the command ends.
 */
#ifndef RUNNER_JUDGE_SCRATCH_H
#define RUNNER_JUDGE_SCRATCH_H

/* Make the one directory, in TMPDIR or /tmp. Returns 0, or a negative errno. */
int scratch_start(void);

/* A new empty directory; its path is the caller's to free. Ends the command
 * where none can be made. */
char *scratch_directory(const char *what);

/* Remove what a directory holds, and itself. Nothing is followed. */
void scratch_remove(const char *path);

/* Remove it all. */
void scratch_end(void);

#endif
