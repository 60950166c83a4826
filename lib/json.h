/* SPDX-License-Identifier: MIT */
/*
 * json.h - a small JSON writer on a stdio stream.
 *
 * It puts the commas; that keys and values alternate and that what is opened
 * is closed is the caller's affair. What is written is UTF-8 whatever it is
 * given, and holds no control character: safe in one line and on a terminal.
 * Errors are the stream's: look at ferror() once, at the end.
 */
#ifndef DP_JSON_H
#define DP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Zeroed but for .file it is ready for use. */
struct dp_json {
    FILE *file;
    bool needs_comma; /* before the next key, or value of an array */
};

void dp_json_open(struct dp_json *json, char bracket);  /* '{' or '[' */
void dp_json_close(struct dp_json *json, char bracket); /* '}' or ']' */
void dp_json_key(struct dp_json *json, const char *key);

void dp_json_null(struct dp_json *json);
void dp_json_bool(struct dp_json *json, bool value);
void dp_json_integer(struct dp_json *json, int64_t value);

/* Bytes as a string: what is not UTF-8 becomes U+FFFD, one for each longest
 * piece that could have begun a character (as the Unicode standard advises). */
void dp_json_bytes(struct dp_json *json, const void *bytes, size_t size);

/* The same for text that ends at a NUL or after max bytes; NULL gives null. */
void dp_json_text(struct dp_json *json, const char *text, size_t max);

/* The length of the character that starts the bytes (size is at least 1), and
 * its code point. Where there is none, *code is -1 and the bytes to skip are
 * returned. Both are at least 1. */
size_t dp_utf8_next(const unsigned char *bytes, size_t size, int32_t *code);

#endif
