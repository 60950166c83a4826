/* SPDX-License-Identifier: MIT */
/*
 * family.h - the processes of a box, by way of their parents: all that descends
 * from its process 1, as /proc tells it. Some may have ended, and some may be new,
 * by the time they are looked at.
 */
#ifndef DP_FAMILY_H
#define DP_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is beyond this number is not looked at. */
#define DP_FAMILY_MAX 4096

struct dp_family {
    pid_t *members; /* as far as they are known; also the queue of those to ask */
    unsigned count;
    unsigned next;
    char *text; /* to read lists of children into */
};

/* Returns false where there is no memory for it; then it has no members. Ended in
 * either case. */
bool dp_family_begin(struct dp_family *family, pid_t init);
pid_t dp_family_next(struct dp_family *family); /* 0: that was the last one */
void dp_family_end(struct dp_family *family);

/* The member that has this number in the box: its directory in /proc, or -1. */
int dp_family_find(pid_t init, int number);

/* A file of /proc, with a NUL; false where the process is gone. */
bool dp_family_read(const char *path, char *text, size_t size);

#endif
