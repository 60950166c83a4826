/* SPDX-License-Identifier: MIT */
/* escape.c - hostile text, made harmless for where it is written. */
#include "escape.h"
#include "character.h"

#include <stdio.h>
#include <string.h>

#define HEX_SIZE 4 /* of "\xNN" */

/* What one step through a text found. */
struct piece {
    size_t length;
    size_t width;
    bool is_shown; /* else it is one byte, to be written as \xNN */
    uint32_t code;
};

static struct piece next_piece(const char *bytes, size_t size)
{
    struct piece piece = {.length = 1, .width = HEX_SIZE};
    size_t length = character_read(bytes, size, &piece.code);

    if (length > 0 && character_is_shown(piece.code)) {
        piece.length = length;
        piece.width = character_width(piece.code);
        piece.is_shown = true;
    }
    return piece;
}

static void add_hex(struct sheet *sheet, char byte)
{
    sheet_print(sheet, "\\x%02x", (unsigned)(unsigned char)byte);
}

/* How many bytes of the text fit, and whether that is all of it. */
static size_t fitting(const char *text, size_t size, size_t columns, size_t *used)
{
    size_t at = 0;

    *used = 0;
    while (at < size) {
        struct piece piece = next_piece(text + at, size - at);

        if (*used + piece.width > columns)
            break;
        *used += piece.width;
        at += piece.length;
    }
    return at;
}

size_t escape_line(struct sheet *sheet, const char *text, size_t columns)
{
    size_t size = text ? strlen(text) : 0;
    size_t used;
    size_t end = fitting(text, size, columns, &used);
    bool is_cut = end < size && columns > 3;
    size_t at = 0;

    if (is_cut)
        end = fitting(text, size, columns - 3, &used);
    while (at < end) {
        struct piece piece = next_piece(text + at, size - at);

        if (piece.is_shown)
            sheet_add_bytes(sheet, text + at, piece.length);
        else
            add_hex(sheet, text[at]);
        at += piece.length;
    }
    if (!is_cut)
        return used;
    sheet_add(sheet, "...");
    return used + 3;
}

size_t escape_path(struct sheet *sheet, const char *text, size_t columns)
{
    size_t size = text ? strlen(text) : 0;
    size_t start = 0;
    size_t used;

    if (fitting(text, size, columns, &used) == size || columns <= 3)
        return escape_line(sheet, text, columns);
    /* One character less in front, until the rest fits. */
    while (fitting(text + start, size - start, columns - 3, &used) < size - start)
        start += next_piece(text + start, size - start).length;
    sheet_add(sheet, "...");
    return 3 + escape_line(sheet, text + start, columns - 3);
}

static const char *markup_of(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void escape_markup_bytes(struct sheet *sheet, const char *bytes, size_t size)
{
    size_t at = 0;

    while (at < size) {
        struct piece piece = next_piece(bytes + at, size - at);
        const char *markup = piece.is_shown ? markup_of(piece.code) : NULL;

        if (markup)
            sheet_add(sheet, markup);
        else if (piece.is_shown || bytes[at] == '\n' || bytes[at] == '\t')
            sheet_add_bytes(sheet, bytes + at, piece.length);
        else
            add_hex(sheet, bytes[at]);
        at += piece.length;
    }
}

void escape_markup(struct sheet *sheet, const char *text)
{
    if (text)
        escape_markup_bytes(sheet, text, strlen(text));
}

void escape_csv(struct sheet *sheet, const char *text)
{
    size_t size = text ? strlen(text) : 0;
    size_t at = 0;

    if (size == 0)
        return;
    sheet_add(sheet, "\"");
    if (strchr("=+-@\t\r", text[0]))
        sheet_add(sheet, "'");
    while (at < size) {
        struct piece piece = next_piece(text + at, size - at);

        if (text[at] == '"')
            sheet_add(sheet, "\"\"");
        else if (piece.is_shown)
            sheet_add_bytes(sheet, text + at, piece.length);
        else
            add_hex(sheet, text[at]);
        at += piece.length;
    }
    sheet_add(sheet, "\"");
}
