/* SPDX-License-Identifier: MIT */
/* sheet.c - a text that is written bit by bit, and grows as it must. */
#include "sheet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for size bytes more and a NUL. */
static bool make_room(struct sheet *sheet, size_t size)
{
    size_t room = sheet->room ? sheet->room : 1024;
    char *text;

    if (sheet->has_failed)
        return false;
    if (size >= SIZE_MAX / 4 - sheet->length) {
        sheet->has_failed = true;
        return false;
    }
    while (room <= sheet->length + size)
        room *= 2;
    if (room == sheet->room)
        return true;
    text = realloc(sheet->text, room);
    if (!text) {
        sheet->has_failed = true;
        return false;
    }
    sheet->text = text;
    sheet->room = room;
    return true;
}

void sheet_add_bytes(struct sheet *sheet, const char *bytes, size_t size)
{
    if (!make_room(sheet, size))
        return;
    memcpy(sheet->text + sheet->length, bytes, size);
    sheet->length += size;
    sheet->text[sheet->length] = '\0';
}

void sheet_add(struct sheet *sheet, const char *text)
{
    if (text)
        sheet_add_bytes(sheet, text, strlen(text));
}

void sheet_print(struct sheet *sheet, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        sheet->has_failed = true;
        return;
    }
    if (!make_room(sheet, (size_t)length))
        return;
    va_start(arguments, format);
    (void)vsnprintf(sheet->text + sheet->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    sheet->length += (size_t)length;
}

int sheet_status(const struct sheet *sheet)
{
    return sheet->has_failed ? -ENOMEM : 0;
}

void sheet_release(struct sheet *sheet)
{
    free(sheet->text);
    *sheet = (struct sheet){0};
}
