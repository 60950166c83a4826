/* SPDX-License-Identifier: MIT */
/*
 * text_stream.h - a stream into memory that tells when there was none.
 *
 * open_memstream(3) of glibc does not: where it cannot grow, what was to be written
 * is left out, ferror(3) sees nothing, and a text with holes looks whole.
 */
#ifndef DP_TEXT_STREAM_H
#define DP_TEXT_STREAM_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct dp_text_stream {
    FILE *file;
    char *bytes;
    size_t size;
    size_t room;
    bool has_failed;
};

/* It must not be moved until it is closed. Returns 0 or -ENOMEM. */
int dp_text_stream_open(struct dp_text_stream *stream);

/* Returns the text's length, with the text, 0-terminated and yours to free; or -ENOMEM. */
ssize_t dp_text_stream_close(struct dp_text_stream *stream, char **text);

#endif
