/* SPDX-License-Identifier: MIT */
/* lines.h - a file or pipe, read line by line as its bytes come. */
#ifndef BATCH_LINES_H
#define BATCH_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A job has to fit into so many bytes; a result may well be longer. */
/* A job has to fit into so many bytes; a result may well be longer. */
#define LINE_BYTES_MAX ((size_t)64 << 20)
#define RESULT_BYTES_MAX ((size_t)4 << 30)
#define RESULT_BYTES_MAX ((size_t)4 << 30)

struct lines {
    int fd;
    size_t line_max;
    char *bytes; /* read, and not yet given out */
    size_t room;
    size_t start;
    size_t end;
    size_t searched; /* no newline up to here */
    size_t number;   /* of the last line given out, from 1 on */
    int64_t passed;  /* bytes of all lines given out, newlines included */
    bool at_end;
    bool is_skipping; /* the rest of a line that is too long */
};

enum line_state {
    LINE_NONE = 0, /* no whole one: read more */
    LINE_THERE,
    LINE_TOO_LONG, /* it was dropped */
    LINE_END,      /* there are no more */
};

/* A line, without its newline, until the next call. */
struct line {
    const char *text;
    size_t size;
    bool is_whole; /* a newline ended it; false only for the last */
};

/* A line may have up to line_max bytes. */
void lines_init(struct lines *lines, int fd, size_t line_max);
void lines_release(struct lines *lines);

/* The next line of what was read. */
enum line_state lines_next(struct lines *lines, struct line *line);

/* One read(2). Returns 0, also where nothing was there yet, or a negative errno
 * value. */
int lines_read(struct lines *lines);

#endif
