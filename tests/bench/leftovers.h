/* SPDX-License-Identifier: MIT */
/* leftovers.h - what a run could leave behind, counted. */
#ifndef BENCH_LEFTOVERS_H
#define BENCH_LEFTOVERS_H

#include <stdbool.h>
#include <stdio.h>

struct leftovers {
    long descriptors; /* of this process */
    long processes;   /* below this process */
    long mounts;      /* that this process sees */
    long cgroups;     /* of this process' making */
};

void leftovers_count(struct leftovers *leftovers);
bool leftovers_is_more(const struct leftovers *before, const struct leftovers *after);
void leftovers_print(FILE *out, const struct leftovers *before, const struct leftovers *after);

/* KiB of this process in memory. */
void leftovers_memory(long *kib);

#endif /* BENCH_LEFTOVERS_H */
