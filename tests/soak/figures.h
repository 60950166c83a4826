/* SPDX-License-Identifier: MIT */
/* figures.h - what this process holds of its host, and whether that grows. */
#ifndef SOAK_FIGURES_H
#define SOAK_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum figure {
    FIGURE_RUNS = 0, /* since the look before: throughput */
    FIGURE_MEMORY,   /* of this process, in KiB */
    FIGURE_DESCRIPTORS,
    FIGURE_THREADS,
    FIGURE_PROCESSES, /* below this one */
    FIGURE_CGROUPS,   /* with this process' number in their names */
    FIGURE_MOUNTS,
    FIGURE_COUNT,
};

/* One look at all of them, but for the runs. */
void figures_look(int64_t values[FIGURE_COUNT]);

/* All looks, in their order. */
struct figures {
    int64_t (*looks)[FIGURE_COUNT];
    size_t count;
    size_t room;
};

void figures_add(struct figures *figures, const int64_t values[FIGURE_COUNT]);

/* Compare the last quarter of the looks with the first one, print both. Returns how
 * many figures have grown (or, of the runs, have come down) by more than comes of
 * chance on a machine with other work. */
unsigned figures_compare(const struct figures *figures);
void figures_release(struct figures *figures);

#endif
