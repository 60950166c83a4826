/* SPDX-License-Identifier: MIT */
/* text_stream.c - see text_stream.h. */
#include "text_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096

/* Room for so many bytes more, and a 0 behind them. */
static bool make_room(struct dp_text_stream *stream, size_t more)
{
    size_t room = stream->room ? stream->room : FIRST_ROOM;
    char *bytes;

    while (room - stream->size <= more)
        room *= 2;
    if (room == stream->room)
        return true;
    bytes = realloc(stream->bytes, room);
    if (!bytes)
        return false;
    stream->bytes = bytes;
    stream->room = room;
    return true;
}

static ssize_t add(void *cookie, const char *bytes, size_t size)
{
    struct dp_text_stream *stream = cookie;

    if (stream->has_failed || !make_room(stream, size)) {
        stream->has_failed = true; /* for good: nothing may follow a hole */
        errno = ENOMEM;
        return 0;
    }
    memcpy(stream->bytes + stream->size, bytes, size);
    stream->size += size;
    return (ssize_t)size;
}

int dp_text_stream_open(struct dp_text_stream *stream)
{
    *stream = (struct dp_text_stream){0};
    if (make_room(stream, 0))
        stream->file = fopencookie(stream, "w", (cookie_io_functions_t){.write = add});
    if (stream->file)
        return 0;
    free(stream->bytes);
    return -ENOMEM;
}

ssize_t dp_text_stream_close(struct dp_text_stream *stream, char **text)
{
    const bool has_error = ferror(stream->file) != 0;

    if (fclose(stream->file) != 0 || has_error || stream->has_failed) {
        free(stream->bytes);
        return -ENOMEM;
    }
    stream->bytes[stream->size] = '\0';
    *text = stream->bytes;
    return (ssize_t)stream->size;
}
