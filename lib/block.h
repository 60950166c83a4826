/* SPDX-License-Identifier: MIT */
/*
 * block.h - a flat block of memory that grows, for a plan: what is put into it
 * is named by its offset, as it may move.
 */
#ifndef DP_BLOCK_H
#define DP_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dp_block {
    char *bytes;
    uint32_t size;
    uint32_t capacity;
    bool failed; /* out of memory, or beyond 4 GiB: sticky, checked once */
};

/* Put bytes (or zeroes, where data is NULL), aligned to 8. Returns the offset;
 * never 0 after something of struct dp_plan's size has been put first. */
uint32_t dp_block_put(struct dp_block *block, const void *data, size_t size);
uint32_t dp_block_text(struct dp_block *block, const char *text);
void dp_block_release(struct dp_block *block);

#endif
