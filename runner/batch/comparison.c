/* SPDX-License-Identifier: MIT */
/*
 * comparison.c - see comparison.h.
 *
 * What is expected is put into a form without what does not count, once; what
 * comes is brought into that form byte by byte, and compared.
 */
#include "comparison.h"

#include <stdlib.h>
#include <string.h>

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space at the ends of lines goes, and empty lines at the end. */
static size_t trim_lines(char *text, size_t size)
{
    size_t length = 0;
    size_t kept = 0; /* up to the last byte that is no white space */
    size_t i;

    for (i = 0; i < size; i++) {
        const char c = text[i];

        if (c == '\n')
            while (length > 0 && text[length - 1] != '\n' && is_space(text[length - 1]))
                length--;
        text[length++] = c;
        if (!is_space(c))
            kept = length;
    }
    return kept;
}

/* One space between words, none before the first or behind the last. */
static size_t trim_tokens(char *text, size_t size)
{
    size_t length = 0;
    size_t i;

    for (i = 0; i < size; i++) {
        if (is_space(text[i]))
            continue;
        if (length > 0 && is_space(text[i - 1]))
            text[length++] = ' ';
        text[length++] = text[i];
    }
    return length;
}

int comparison_init(struct comparison *comparison, enum compare how, const char *expected,
                    size_t size)
{
    *comparison = (struct comparison){.how = how, .expected = malloc(size + 1), .size = size};
    if (!comparison->expected)
        return -1;
    memcpy(comparison->expected, expected, size);
    if (how == COMPARE_LINES)
        comparison->size = trim_lines(comparison->expected, size);
    else if (how == COMPARE_TOKENS)
        comparison->size = trim_tokens(comparison->expected, size);
    return 0;
}

void comparison_release(struct comparison *comparison)
{
    free(comparison->expected);
    comparison->expected = NULL;
}

void comparison_restart(struct comparison *comparison)
{
    comparison->met = 0;
    comparison->differs = comparison->in_token = comparison->space_differs = false;
    comparison->pending_lines = comparison->pending_space = 0;
}

static void meet(struct comparison *comparison, char c)
{
    if (comparison->met < comparison->size && comparison->expected[comparison->met] == c)
        comparison->met++;
    else
        comparison->differs = true;
}

static void add_exact(struct comparison *comparison, const char *bytes, size_t size)
{
    if (size > comparison->size - comparison->met ||
        memcmp(comparison->expected + comparison->met, bytes, size) != 0)
        comparison->differs = true;
    else
        comparison->met += size;
}

/* White space within a line counts, at its end it does not: it is looked at
 * where it would stand, and the outcome only used if more comes. */
static void hold_back_space(struct comparison *comparison, char c)
{
    const size_t left = comparison->size - comparison->met;

    if (c == '\n') {
        comparison->pending_lines++;
        comparison->pending_space = 0;
        comparison->space_differs = false;
        return;
    }
    if (comparison->pending_lines >= left ||
        comparison->pending_space >= left - comparison->pending_lines ||
        comparison->expected[comparison->met + comparison->pending_lines +
                             comparison->pending_space] != c)
        comparison->space_differs = true;
    comparison->pending_space++;
}

static void add_to_lines(struct comparison *comparison, char c)
{
    if (is_space(c)) {
        hold_back_space(comparison, c);
        return;
    }
    for (; comparison->pending_lines > 0 && !comparison->differs; comparison->pending_lines--)
        meet(comparison, '\n');
    if (comparison->space_differs)
        comparison->differs = true;
    if (comparison->differs)
        return;
    comparison->met += comparison->pending_space;
    comparison->pending_space = 0;
    meet(comparison, c);
}

static void add_to_tokens(struct comparison *comparison, char c)
{
    if (is_space(c)) {
        comparison->in_token = false;
        return;
    }
    if (!comparison->in_token && comparison->met > 0)
        meet(comparison, ' ');
    comparison->in_token = true;
    if (!comparison->differs)
        meet(comparison, c);
}

void comparison_add(struct comparison *comparison, const void *bytes, size_t size)
{
    const char *text = bytes;
    size_t i;

    if (comparison->differs)
        return;
    if (comparison->how == COMPARE_EXACT) {
        add_exact(comparison, text, size);
        return;
    }
    for (i = 0; i < size && !comparison->differs; i++) {
        if (comparison->how == COMPARE_LINES)
            add_to_lines(comparison, text[i]);
        else
            add_to_tokens(comparison, text[i]);
    }
}

bool comparison_holds(const struct comparison *comparison)
{
    return !comparison->differs && comparison->met == comparison->size;
}
