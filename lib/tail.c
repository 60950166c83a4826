/* SPDX-License-Identifier: MIT */
/* tail.c - see tail.h. */
#include "tail.h"

#include <string.h>

void dp_tail_add(struct dp_tail *tail, const char *bytes, size_t size)
{
    size_t first;

    tail->pushed += (int64_t)size;
    if (size >= tail->size) { /* only its end stays */
        memcpy(tail->room, bytes + (size - tail->size), tail->size);
        tail->oldest = 0;
        return;
    }
    first = tail->size - tail->oldest;
    if (first > size)
        first = size;
    memcpy(tail->room + tail->oldest, bytes, first);
    memcpy(tail->room, bytes + first, size - first);
    tail->oldest = (tail->oldest + size) % tail->size;
}

static void reverse(char *bytes, size_t size)
{
    for (size_t i = 0; i < size / 2; i++) {
        const char swap = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = swap;
    }
}

/* Two parts change places when each, and then the whole, is reversed. */
void dp_tail_straighten(struct dp_tail *tail)
{
    if (tail->oldest == 0)
        return;
    reverse(tail->room, tail->oldest);
    reverse(tail->room + tail->oldest, tail->size - tail->oldest);
    reverse(tail->room, tail->size);
    tail->oldest = 0;
}
