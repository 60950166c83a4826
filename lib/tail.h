/* SPDX-License-Identifier: MIT */
/*
 * tail.h - the last bytes of a stream, in room that never grows.
 *
 * The room is a ring once it is full: what is added then pushes out as much.
 */
#ifndef DP_TAIL_H
#define DP_TAIL_H

#include <stddef.h>
#include <stdint.h>

struct dp_tail {
    char *room;     /* full from the start on */
    size_t size;    /* of it, more than 0 */
    size_t oldest;  /* where the first of its bytes is */
    int64_t pushed; /* bytes that were pushed out so far */
};

void dp_tail_add(struct dp_tail *tail, const char *bytes, size_t size);

/* Put the bytes into their order in place. Idempotent. */
void dp_tail_straighten(struct dp_tail *tail);

#endif
