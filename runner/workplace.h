/* SPDX-License-Identifier: MIT */
/*
 * workplace.h - directories of the host for what jobs make there: programs that
 * came as text, what compile steps leave, packages that were unpacked.
 *
 * They lie in one private directory in $TMPDIR, which is made when it is first
 * needed, locked as long as it is used, and removed at the end. One that a killed
 * command left behind is not locked, and removed when the next one of its kind makes
 * its own.
 */
#ifndef RUNNER_WORKPLACE_H
#define RUNNER_WORKPLACE_H

#include <limits.h>

struct workplace {
    const char *kind;        /* its name begins with it; static text */
    char path[PATH_MAX / 2]; /* "": not made yet */
    int fd;                  /* of it, locked; or -1 */
};

/* kind: as "dualpipe-batch-". */
void workplace_init(struct workplace *workplace, const char *kind);
void workplace_remove(struct workplace *workplace);

/* Make it now, where it is not made yet. Returns 0, or a negative errno value. */
int workplace_begin(struct workplace *workplace);

/* Make a directory in it. Returns its path, to be freed, or NULL and errno. */
char *workplace_make(struct workplace *workplace, const char *name);

/* Remove a directory with all that is in it. */
void directory_remove(const char *path);

#endif
