/* SPDX-License-Identifier: MIT */
/* ids.h - which names of jobs were met, by their hashes: 24 bytes for each. */
#ifndef BATCH_IDS_H
#define BATCH_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct met {
    uint64_t hash[2]; /* both 0: an empty place */
    uint64_t times;
};

/* Zeroed it is ready for use. */
struct ids {
    struct met *places;
    size_t room; /* a power of two */
    size_t count;
    size_t count_max; /* 0: no bound; beyond it, nothing new is noted */
};

/* What a job is told from others by: its name and which one of that name it is
 * (from 1 on), or, where it has no name (NULL), its line's number. */
struct job_key {
    const char *id;
    size_t id_size;
    uint64_t number;
};

/* Note that it was met. Returns how often that is by now; 0, no memory or beyond
 * the bound, and then it is not noted. */
uint64_t ids_add(struct ids *ids, const struct job_key *key);

bool ids_have(const struct ids *ids, const struct job_key *key);
void ids_release(struct ids *ids);

#endif
