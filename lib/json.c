/* SPDX-License-Identifier: MIT */
/* json.c - a small JSON writer on a stdio stream. */
#include "json.h"

#include <inttypes.h>
#include <string.h>

static bool is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The second byte is where overlong forms, surrogates and numbers beyond
 * U+10FFFF show. */
static bool is_second(unsigned char lead, unsigned char byte)
{
    switch (lead) {
    case 0xe0:
        return byte >= 0xa0 && byte <= 0xbf;
    case 0xed:
        return byte >= 0x80 && byte <= 0x9f;
    case 0xf0:
        return byte >= 0x90 && byte <= 0xbf;
    case 0xf4:
        return byte >= 0x80 && byte <= 0x8f;
    default:
        return is_tail(byte);
    }
}

/* How many bytes a character has that starts so; 0 where none does. */
static size_t announced_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    if (lead >= 0xf0 && lead <= 0xf4)
        return 4;
    return 0;
}

size_t dp_utf8_next(const unsigned char *bytes, size_t size, int32_t *code)
{
    static const unsigned char lead_masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t length = announced_length(bytes[0]);
    int32_t value = bytes[0] & lead_masks[length];
    size_t i;

    *code = -1;
    if (length == 0)
        return 1;
    for (i = 1; i < length; i++) {
        if (i == size)
            return i;
        if (i == 1 ? !is_second(bytes[0], bytes[1]) : !is_tail(bytes[i]))
            return i;
        value = value << 6 | (bytes[i] & 0x3f);
    }
    *code = value;
    return length;
}

static void separate(struct dp_json *json)
{
    if (json->needs_comma)
        fputc(',', json->file);
    json->needs_comma = true;
}

void dp_json_open(struct dp_json *json, char bracket)
{
    separate(json);
    fputc(bracket, json->file);
    json->needs_comma = false;
}

void dp_json_close(struct dp_json *json, char bracket)
{
    fputc(bracket, json->file);
    json->needs_comma = true;
}

void dp_json_key(struct dp_json *json, const char *key)
{
    dp_json_text(json, key, SIZE_MAX);
    fputc(':', json->file);
    json->needs_comma = false;
}

void dp_json_null(struct dp_json *json)
{
    separate(json);
    fputs("null", json->file);
}

void dp_json_bool(struct dp_json *json, bool value)
{
    separate(json);
    fputs(value ? "true" : "false", json->file);
}

void dp_json_integer(struct dp_json *json, int64_t value)
{
    separate(json);
    fprintf(json->file, "%" PRId64, value);
}

/* DEL and the C1 controls act on terminals; the two line separators end lines
 * for JavaScript. None of them needs an escape in JSON, all may have one. */
static bool needs_escape(int32_t code)
{
    return code < 0x20 || code == '"' || code == '\\' || (code >= 0x7f && code <= 0x9f) ||
           code == 0x2028 || code == 0x2029;
}

static void write_escape(FILE *file, int32_t code)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    const char *letter;

    for (letter = letters; *letter; letter += 2) {
        if (*letter == code) {
            fputc('\\', file);
            fputc(letter[1], file);
            return;
        }
    }
    fprintf(file, "\\u%04" PRIx32, (uint32_t)code);
}

void dp_json_bytes(struct dp_json *json, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    size_t plain = 0; /* bytes in front of at that can go out as they are */

    separate(json);
    fputc('"', json->file);
    while (size > 0) {
        int32_t code;
        size_t length = dp_utf8_next(at, size, &code);
        bool is_plain = code >= 0 && !needs_escape(code);

        if (is_plain)
            plain += length;
        else
            fwrite(at - plain, 1, plain, json->file);
        at += length;
        size -= length;
        if (is_plain)
            continue;
        plain = 0;
        if (code < 0)
            fputs("\xef\xbf\xbd", json->file);
        else
            write_escape(json->file, code);
    }
    fwrite(at - plain, 1, plain, json->file);
    fputc('"', json->file);
}

void dp_json_text(struct dp_json *json, const char *text, size_t max)
{
    if (text)
        dp_json_bytes(json, text, strnlen(text, max));
    else
        dp_json_null(json);
}
