/* SPDX-License-Identifier: MIT */
/* lines.c - see lines.h. */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES 65536U
#define KEPT_ROOM ((size_t)PIECE_BYTES * 16)

void lines_init(struct lines *lines, int fd, size_t line_max)
{
    *lines = (struct lines){.fd = fd, .line_max = line_max};
}

void lines_release(struct lines *lines)
{
    free(lines->bytes);
    lines->bytes = NULL;
}

/* Give out what lies before at, and skip the newline there, if there is one. */
static enum line_state give(struct lines *lines, struct line *line, size_t at)
{
    *line = (struct line){
        .text = lines->bytes + lines->start,
        .size = at - lines->start,
        .is_whole = at < lines->end,
    };
    lines->passed += (int64_t)(line->size + line->is_whole);
    lines->start = at + line->is_whole;
    lines->searched = lines->start;
    lines->number++;
    if (!lines->is_skipping && line->size <= lines->line_max)
        return LINE_THERE;
    lines->is_skipping = false;
    return LINE_TOO_LONG;
}

/* Forget the beginning of a line that cannot be kept. */
static void skip(struct lines *lines)
{
    lines->is_skipping = true;
    lines->passed += (int64_t)(lines->end - lines->start);
    lines->start = lines->end = lines->searched = 0;
}

enum line_state lines_next(struct lines *lines, struct line *line)
{
    const char *newline = NULL;

    if (lines->searched < lines->end)
        newline = memchr(lines->bytes + lines->searched, '\n', lines->end - lines->searched);
    if (newline)
        return give(lines, line, (size_t)(newline - lines->bytes));
    lines->searched = lines->end;
    if (lines->at_end) {
        if (lines->start == lines->end && !lines->is_skipping)
            return LINE_END;
        return give(lines, line, lines->end);
    }
    if (lines->is_skipping || lines->end - lines->start > lines->line_max)
        skip(lines);
    return LINE_NONE;
}

/* What was given out makes room first. */
static int make_room(struct lines *lines)
{
    const size_t held = lines->end - lines->start;
    size_t room;
    char *bytes;

    if (lines->start > 0) {
        memmove(lines->bytes, lines->bytes + lines->start, held);
        lines->searched -= lines->start;
        lines->start = 0;
        lines->end = held;
    }
    if (held == 0 && lines->room > KEPT_ROOM) { /* after a very long line */
        lines_release(lines);
        lines->room = 0;
    }
    if (lines->room - held >= PIECE_BYTES / 2)
        return 0;
    room = lines->room ? 2 * lines->room : PIECE_BYTES;
    bytes = realloc(lines->bytes, room);
    if (!bytes)
        return -ENOMEM;
    lines->bytes = bytes;
    lines->room = room;
    return 0;
}

int lines_read(struct lines *lines)
{
    int status = make_room(lines);
    ssize_t got;

    if (status < 0)
        return status;
    got = read(lines->fd, lines->bytes + lines->end, lines->room - lines->end);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : -errno;
    lines->at_end = got == 0;
    lines->end += (size_t)got;
    return 0;
}
