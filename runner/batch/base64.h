/* SPDX-License-Identifier: MIT */
/* base64.h - bytes as text and back (RFC 4648, section 4). */
#ifndef BATCH_BASE64_H
#define BATCH_BASE64_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * Decode into bytes, which has room for size / 4 * 3. Padding is needed, and
 * nothing else is skipped. Returns the count of bytes, or -1: it is no base64.
 */
ssize_t base64_decode(const char *text, size_t size, unsigned char *bytes);

/* Write them encoded; errors are the stream's. */
void base64_write(FILE *file, const void *bytes, size_t size);

#endif
