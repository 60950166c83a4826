/* SPDX-License-Identifier: MIT */
/* arena.c - memory that is taken piece by piece and given back as one. */
#include "arena.h"
#include "policy.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct piece {
    struct piece *next;
    alignas(max_align_t) unsigned char bytes[];
};

struct dp_arena {
    struct piece *pieces;
};

struct dp_arena *dp_arena_make(void)
{
    return calloc(1, sizeof(struct dp_arena));
}

void dp_arena_free(struct dp_arena *arena)
{
    struct piece *piece;
    struct piece *next;

    if (!arena)
        return;
    for (piece = arena->pieces; piece; piece = next) {
        next = piece->next;
        free(piece);
    }
    free(arena);
}

void *dp_arena_take(struct dp_arena *arena, size_t size)
{
    struct piece *piece;
    size_t total;

    if (__builtin_add_overflow(sizeof(*piece), size, &total))
        return NULL;
    piece = calloc(1, total);
    if (!piece)
        return NULL;
    piece->next = arena->pieces;
    arena->pieces = piece;
    return piece->bytes;
}

char *dp_arena_copy(struct dp_arena *arena, const char *text, size_t length)
{
    char *copy = dp_arena_take(arena, length + 1);

    if (copy)
        memcpy(copy, text, length);
    return copy;
}
