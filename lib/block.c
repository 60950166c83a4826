/* SPDX-License-Identifier: MIT */
/* block.c - see block.h. */
#include "block.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 8U
#define FIRST_CAPACITY 16384U
#define CAPACITY_MAX (UINT32_C(1) << 28)

static bool reserve(struct dp_block *block, size_t size)
{
    uint32_t capacity = block->capacity ? block->capacity : FIRST_CAPACITY;
    char *bytes;

    if (block->failed || size > CAPACITY_MAX - block->size - ALIGNMENT)
        return false;
    while (capacity < block->size + size + ALIGNMENT)
        capacity *= 2;
    if (capacity == block->capacity)
        return true;
    bytes = realloc(block->bytes, capacity);
    if (!bytes)
        return false;
    block->bytes = bytes;
    block->capacity = capacity;
    return true;
}

uint32_t dp_block_put(struct dp_block *block, const void *data, size_t size)
{
    uint32_t offset;

    if (!reserve(block, size)) {
        block->failed = true;
        return 0;
    }
    offset = (block->size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    memset(block->bytes + block->size, 0, offset - block->size);
    if (data && size > 0)
        memcpy(block->bytes + offset, data, size);
    else
        memset(block->bytes + offset, 0, size);
    block->size = offset + (uint32_t)size;
    return offset;
}

uint32_t dp_block_text(struct dp_block *block, const char *text)
{
    return dp_block_put(block, text, strlen(text) + 1);
}

void dp_block_release(struct dp_block *block)
{
    free(block->bytes);
    *block = (struct dp_block){0};
}
