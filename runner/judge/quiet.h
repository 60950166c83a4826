/* SPDX-License-Identifier: MIT */
/* quiet.h - is a target asleep, and what does it wait for? Read from /proc. */
#ifndef RUNNER_JUDGE_QUIET_H
#define RUNNER_JUDGE_QUIET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct quiet {
    uint64_t cpu_ns;  /* of all threads and children, when last looked */
    int64_t since_us; /* it used none and none of them ran since then; 0: it does */
};

/* Look again. waits gets what it waits for: "input", "its output to be read",
 * "events", ... Returns since when it has been asleep for good, or 0: it runs,
 * it sleeps for a time of its own choice, or it cannot be told. */
int64_t quiet_look(struct quiet *quiet, pid_t pid, int64_t now_us, char *waits, size_t size);

#endif
