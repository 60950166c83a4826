/* SPDX-License-Identifier: MIT */
/* words.c - what the command says on standard error, made safe to look at. */
#include "words.h"
#include "dualpipe.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 6144 /* room for a longest path and words around it */

/* The length of the character at text that may be shown as it is, or 0. */
static size_t shown_length(const unsigned char *text)
{
    unsigned char lead = text[0];
    size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    size_t i;

    if (lead < 0x20 || lead == 0x7f || lead > 0xf4)
        return 0;
    for (i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    if (lead == 0xc2 && text[1] < 0xa0) /* C1 controls */
        return 0;
    if ((lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
        (lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f))
        return 0;
    /* The marks that turn the direction of a line: U+200E..200F, 2028..202E,
     * 2066..2069. */
    if (lead == 0xe2 && text[1] == 0x80 &&
        ((text[2] >= 0x8e && text[2] <= 0x8f) || (text[2] >= 0xa8 && text[2] <= 0xae)))
        return 0;
    if (lead == 0xe2 && text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9)
        return 0;
    return length;
}

/* A message that cannot be written has nowhere else to go. */
static void write_line(const char *line, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, line, length);

        if (written <= 0)
            return;
        line += written;
        length -= (size_t)written;
    }
}

void say(const char *format, ...)
{
    static const char digits[] = "0123456789abcdef";
    char line[4 * LINE_SIZE] = "dualpipe: ";
    unsigned char text[LINE_SIZE];
    const unsigned char *at = text;
    size_t length = strlen(line);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf((char *)text, sizeof(text), format, arguments);
    va_end(arguments);
    while (*at && length + sizeof("\\xNN\n") < sizeof(line)) {
        size_t shown = shown_length(at);

        if (shown == 0) {
            line[length++] = '\\';
            line[length++] = 'x';
            line[length++] = digits[*at >> 4];
            line[length++] = digits[*at & 15];
            at++;
        }
        while (shown-- > 0)
            line[length++] = (char)*at++;
    }
    line[length++] = '\n';
    write_line(line, length);
}

void say_lines(const char *text)
{
    while (text && *text) {
        const size_t length = strcspn(text, "\n");

        say("%.*s", (int)(length < LINE_SIZE ? length : LINE_SIZE), text);
        text += length + (text[length] == '\n');
    }
}

char *shell_quote(const char *text, char *quoted, size_t size)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "0123456789_-+=./,:@%";
    bool needs_quotes = text[0] == '\0' || text[strspn(text, harmless)] != '\0';
    size_t length = 0;

    if (!needs_quotes) {
        (void)snprintf(quoted, size, "%s", text);
        return quoted;
    }
    quoted[length++] = '\'';
    for (; *text && length + sizeof("'\\'''") < size; text++) {
        if (*text == '\'') {
            memcpy(quoted + length, "'\\''", 4);
            length += 4;
        } else {
            quoted[length++] = *text;
        }
    }
    quoted[length++] = '\'';
    quoted[length] = '\0';
    return quoted;
}

char *time_in_words(int64_t us, char *text, size_t size)
{
    if (us == DUALPIPE_UNLIMITED)
        (void)snprintf(text, size, "unlimited");
    else if (us <= 0)
        (void)snprintf(text, size, "unknown");
    else
        (void)snprintf(text, size, "%" PRId64 ".%03" PRId64 " s", us / 1000000, us / 1000 % 1000);
    return text;
}

char *size_in_words(int64_t bytes, char *text, size_t size)
{
    static const char *const units[] = {"KiB", "MiB", "GiB"};
    int64_t unit = 1024;
    size_t i = 0;

    if (bytes == DUALPIPE_UNLIMITED) {
        (void)snprintf(text, size, "unlimited");
    } else if (bytes <= 0) {
        (void)snprintf(text, size, "unknown");
    } else if (bytes < 1024) {
        (void)snprintf(text, size, "%" PRId64 " bytes", bytes);
    } else {
        for (; i < 2 && bytes / unit >= 1024; i++)
            unit *= 1024;
        (void)snprintf(text, size, "%" PRId64 ".%" PRId64 " %s", bytes / unit,
                       bytes % unit / (unit / 1024) * 10 / 1024, units[i]);
    }
    return text;
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}
