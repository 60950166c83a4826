/* SPDX-License-Identifier: MIT */
/*
 * workplace.h - directories of the host for what jobs make there: programs that
 * came as text, and what compile steps leave.
 *
 * They lie in one private directory in $TMPDIR, which is made when it is first
 * needed, locked as long as it is used, and removed at the end. One that a killed
 * batch left behind is not locked, and removed when the next one makes its own.
 */
#ifndef BATCH_WORKPLACE_H
#define BATCH_WORKPLACE_H

#include <limits.h>

struct workplace {
    char path[PATH_MAX / 2]; /* "": not made yet */
    int fd;                  /* of it, locked; or -1 */
};

void workplace_init(struct workplace *workplace);
void workplace_remove(struct workplace *workplace);

/* Make a directory in it. Returns its path, to be freed, or NULL and errno. */
char *workplace_make(struct workplace *workplace, const char *name);

/* Remove a directory with all that is in it. */
void directory_remove(const char *path);

#endif
