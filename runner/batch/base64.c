/* SPDX-License-Identifier: MIT */
/* base64.c - see base64.h. */
#include "base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

/* Four characters, the last `padding` of them "=". Bits that the padding cuts
 * off have to be zero. Returns 0 or -1. */
static int decode_group(const char *text, unsigned padding, unsigned char *bytes)
{
    uint32_t group = 0;
    unsigned i;

    for (i = 0; i < 4; i++) {
        int value = i < 4 - padding ? value_of(text[i]) : 0;

        if (value < 0)
            return -1;
        group = group << 6 | (uint32_t)value;
    }
    if (group & ((1U << (8 * padding)) - 1))
        return -1;
    for (i = 0; i < 3 - padding; i++)
        bytes[i] = (unsigned char)(group >> (16 - 8 * i));
    return 0;
}

ssize_t base64_decode(const char *text, size_t size, unsigned char *bytes)
{
    unsigned padding = 0;
    size_t i;

    if (size % 4 != 0)
        return -1;
    if (size > 0 && text[size - 1] == '=')
        padding = text[size - 2] == '=' ? 2 : 1;
    for (i = 0; i < size; i += 4) {
        if (decode_group(text + i, i + 4 == size ? padding : 0, bytes + i / 4 * 3) < 0)
            return -1;
    }
    return (ssize_t)(size / 4 * 3 - padding);
}

void base64_write(FILE *file, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;

    for (; size > 0; at += 3) {
        uint32_t group = (uint32_t)at[0] << 16;
        char text[4];

        if (size > 1)
            group |= (uint32_t)at[1] << 8;
        if (size > 2)
            group |= at[2];
        text[0] = digits[group >> 18];
        text[1] = digits[group >> 12 & 63];
        text[2] = digits[group >> 6 & 63];
        text[3] = digits[group & 63];
        if (size < 3)
            text[3] = '=';
        if (size < 2)
            text[2] = '=';
        (void)fwrite(text, 1, sizeof(text), file);
        size -= size < 3 ? size : 3;
    }
}
