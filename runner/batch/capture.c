/* SPDX-License-Identifier: MIT */
/* capture.c - see capture.h. */
#include "capture.h"

#include "../../lib/json.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096U

void capture_init(struct capture *capture, size_t keep, bool is_hashed,
                  struct comparison *comparison)
{
    *capture = (struct capture){.keep = keep, .is_hashed = is_hashed, .comparison = comparison};
    dp_sha256_init(&capture->hash);
}

void capture_release(struct capture *capture)
{
    free(capture->bytes);
    capture->bytes = NULL;
    capture->room = 0;
}

void capture_restart(struct capture *capture)
{
    capture->seen = 0;
    capture->out_of_memory = false;
    dp_sha256_init(&capture->hash);
    if (capture->comparison)
        comparison_restart(capture->comparison);
}

/* Room for wanted bytes, or for as many as may be kept. */
static bool make_room(struct capture *capture, size_t wanted)
{
    size_t room = capture->room ? capture->room : FIRST_ROOM;
    char *bytes;

    if (wanted > capture->keep)
        wanted = capture->keep;
    if (wanted <= capture->room)
        return true;
    while (room < wanted)
        room *= 2;
    if (room > capture->keep)
        room = capture->keep;
    bytes = realloc(capture->bytes, room);
    if (!bytes)
        return false;
    capture->bytes = bytes;
    capture->room = room;
    return true;
}

static size_t head_room(const struct capture *capture)
{
    return capture->keep - capture->keep / 2;
}

/* Up to .keep bytes lie in order; what comes then overwrites the second half
 * from its start, round and round. */
static void keep(struct capture *capture, const char *bytes, size_t size)
{
    const size_t head = head_room(capture);
    const size_t ring = capture->keep - head;

    while (size > 0) {
        const size_t seen = (size_t)capture->seen;
        const size_t at = seen < capture->keep ? seen : head + (seen - head) % ring;
        const size_t piece = size < capture->keep - at ? size : capture->keep - at;

        memcpy(capture->bytes + at, bytes, piece);
        capture->seen += (int64_t)piece;
        bytes += piece;
        size -= piece;
    }
}

void capture_add(void *argument, const void *bytes, size_t size)
{
    struct capture *capture = argument;

    if (capture->is_hashed)
        dp_sha256_add(&capture->hash, bytes, size);
    if (capture->comparison)
        comparison_add(capture->comparison, bytes, size);
    if (capture->keep > 1 && !capture->out_of_memory &&
        make_room(capture, (size_t)capture->seen + size)) {
        keep(capture, bytes, size);
        return;
    }
    capture->out_of_memory = capture->keep > 1;
    capture->seen += (int64_t)size;
}

static void reverse(char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size / 2; i++) {
        char c = bytes[i];

        bytes[i] = bytes[size - 1 - i];
        bytes[size - 1 - i] = c;
    }
}

/* The oldest byte of the ring comes to its front. */
static void rotate(char *bytes, size_t size, size_t oldest)
{
    reverse(bytes, oldest);
    reverse(bytes + oldest, size - oldest);
    reverse(bytes, size);
}

/* Bytes at the end that begin a character and do not finish it. */
static size_t unfinished(const char *bytes, size_t size)
{
    size_t back;

    for (back = 1; back <= 3 && back <= size; back++) {
        const unsigned char *at = (const unsigned char *)bytes + size - back;
        int32_t code;

        if ((*at & 0xc0) == 0x80)
            continue;
        return dp_utf8_next(at, back, &code) == back && code < 0 ? back : 0;
    }
    return 0;
}

/* Bytes at the start that belong to a character before them. */
static size_t left_over(const char *bytes, size_t size)
{
    size_t count = 0;

    while (count < 3 && count < size && ((unsigned char)bytes[count] & 0xc0) == 0x80)
        count++;
    return count;
}

void capture_finish(struct capture *capture, struct captured *captured)
{
    const size_t head = head_room(capture);
    const size_t ring = capture->keep - head;

    *captured = (struct captured){.head = capture->bytes ? capture->bytes : ""};
    if (capture->keep < 2 || capture->out_of_memory) {
        captured->omitted = capture->seen;
        return;
    }
    if ((uint64_t)capture->seen <= capture->keep) {
        captured->head_size = (size_t)capture->seen;
        return;
    }
    rotate(capture->bytes + head, ring, ((size_t)capture->seen - head) % ring);
    captured->head_size = head - unfinished(capture->bytes, head);
    captured->tail = capture->bytes + head;
    captured->tail_size = ring;
    captured->tail += left_over(captured->tail, ring);
    captured->tail_size -= (size_t)(captured->tail - (capture->bytes + head));
    captured->omitted = capture->seen - (int64_t)(captured->head_size + captured->tail_size);
}

void capture_hash(struct capture *capture, char text[65])
{
    dp_sha256_finish(&capture->hash, text);
}
