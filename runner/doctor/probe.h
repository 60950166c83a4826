/* SPDX-License-Identifier: MIT */
/* probe.h - the doctor's questions to this host, one for each subject. */
#ifndef RUNNER_DOCTOR_PROBE_H
#define RUNNER_DOCTOR_PROBE_H

#include "finding.h"

/* What a probe in a child of its own says: 0 and a value, or an errno value. */
struct probe_answer {
    int errnum;
    int signal; /* that ended the child; errnum is then EIO */
    long value;
};

/* Ask in a child, which the probe may leave in any state: its namespaces and
 * filters end with it. A child that does not answer within five seconds is
 * ended. The probe returns an errno value. */
struct probe_answer probe_in_child(int (*probe)(const void *argument, long *value),
                                   const void *argument);

/* The first line of a small file, without its newline; "" where it cannot be
 * read. Returns line. */
char *probe_line(const char *path, char *line, size_t size);

/* The number in such a file, or the value that is given. */
long probe_number(const char *path, long otherwise);

/* The number behind "KEY:" in a file like /proc/self/status, or -1. */
long probe_key(const char *path, const char *key);

void probe_kernel(struct findings *findings);
void probe_namespaces(struct findings *findings);
void probe_seccomp(struct findings *findings);
void probe_identity(struct findings *findings);
void probe_cgroup(struct findings *findings);
void probe_machine(struct findings *findings);
void probe_surroundings(struct findings *findings);
void probe_policies(struct findings *findings);

#endif
