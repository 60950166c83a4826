/* SPDX-License-Identifier: MIT */
/* allocate.c - see allocate.h. */
#include "allocate.h"

#include "../commands.h"
#include "../words.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check(void *memory)
{
    if (memory)
        return memory;
    say("out of memory; what was not judged yet is not judged");
    exit(EXIT_NO_VERDICT);
}

void *allocate(size_t size)
{
    return check(calloc(1, size ? size : 1));
}

void *reallocate(void *memory, size_t size)
{
    return check(realloc(memory, size ? size : 1));
}

char *text_copy(const char *text)
{
    return text ? check(strdup(text)) : NULL;
}

char *text_cut(const char *bytes, size_t size)
{
    char *text = allocate(size + 1);

    memcpy(text, bytes, size);
    return text;
}

char *text_print(const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return check(length < 0 ? NULL : text);
}

void texts_take(struct texts *texts, char *text)
{
    *GROW(texts->items, texts->count) = text;
}

void texts_add(struct texts *texts, const char *text)
{
    texts_take(texts, text_copy(text));
}

void texts_add_all(struct texts *texts, const struct texts *more)
{
    for (size_t i = 0; i < more->count; i++)
        texts_add(texts, more->items[i]);
}

void texts_release(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    *texts = (struct texts){0};
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* One word, its quotes taken away. Returns where it ends, or NULL. */
static const char *split_word(const char *from, char *word)
{
    char quote = '\0';

    for (; *from && (quote || !is_blank(*from)); from++) {
        if (quote ? *from == quote : *from == '\'' || *from == '"')
            quote = quote ? '\0' : *from;
        else if (*from == '\\' && quote != '\'' && from[1])
            *word++ = *++from;
        else
            *word++ = *from;
    }
    *word = '\0';
    return quote ? NULL : from;
}

int texts_split(struct texts *texts, const char *text)
{
    char *word = allocate(strlen(text) + 1);
    int result = 0;

    for (;;) {
        while (is_blank(*text))
            text++;
        if (!*text)
            break;
        text = split_word(text, word);
        if (!text) {
            result = -1;
            break;
        }
        texts_add(texts, word);
    }
    free(word);
    return result;
}
