/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that is taken piece by piece and given back as one.
 *
 * NULL from dp_arena_make() and the takes means that there is no memory.
 * Given back with dp_arena_free(), which policy.h declares.
 */
#ifndef DP_ARENA_H
#define DP_ARENA_H

#include <stddef.h>

struct dp_arena *dp_arena_make(void);

/* Zeroed, aligned for any type. */
void *dp_arena_take(struct dp_arena *arena, size_t size);

/* A copy with a NUL at its end. */
char *dp_arena_copy(struct dp_arena *arena, const char *text, size_t length);

#endif
