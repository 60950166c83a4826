/* SPDX-License-Identifier: MIT */
/*
 * file_systems.h - the box's own file systems, which are memory, and what they
 * hold when the target has ended.
 */
#ifndef DP_FILE_SYSTEMS_H
#define DP_FILE_SYSTEMS_H

#include <stdint.h>

struct dp_setup;

/* That of the root and its writable directories, and those with a size of their own. */
#define DP_FILE_SYSTEMS_MAX 9

struct dp_file_systems {
    unsigned count;
    int fd[DP_FILE_SYSTEMS_MAX];
};

/* At the gate. proc: /proc/PID of the target. Where they cannot all be had, none is. */
void dp_file_systems_hold(struct dp_file_systems *held, int proc, const struct dp_setup *setup);

/* Bytes of all files in them, or DUALPIPE_UNKNOWN. */
int64_t dp_file_systems_bytes(const struct dp_file_systems *held);

void dp_file_systems_release(struct dp_file_systems *held);

#endif
