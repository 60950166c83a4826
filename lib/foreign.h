/* SPDX-License-Identifier: MIT */
/*
 * foreign.h - open what belongs to the target of a box, where that is another user.
 *
 * An ordinary user may look into a box that is its own, but the files of a target with a
 * subordinate uid are closed to it: those that it made for itself alone, and some of
 * /proc. Who made the box's user namespace has all capabilities in it, and so may open
 * them from there. user_namespaces(7).
 */
#ifndef DP_FOREIGN_H
#define DP_FOREIGN_H

struct open_how;

/* As openat2(2), in the user namespace of the process that process_fd (a pidfd) is of.
 * Returns a descriptor, or a negative errno value. */
int dp_foreign_open(int process_fd, int directory, const char *name, const struct open_how *how);

#endif
