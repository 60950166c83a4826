/* SPDX-License-Identifier: MIT */
/* suggestion.c - see suggestion.h. */
#include "suggestion.h"

#include <ctype.h>
#include <string.h>

#define LETTERS_MAX 32U

/* "-" and "_" are the same here, and so are large and small letters. */
static int letter(char c)
{
    return c == '-' ? '_' : tolower((unsigned char)c);
}

static unsigned least(unsigned one, unsigned other)
{
    return one < other ? one : other;
}

/* Steps from one word to the other; row by row, the last three rows kept. */
static unsigned distance(const char *one, size_t one_length, const char *other, size_t other_length)
{
    unsigned rows[3][LETTERS_MAX + 1];
    size_t i;
    size_t j;

    for (j = 0; j <= other_length; j++)
        rows[0][j] = (unsigned)j;
    for (i = 1; i <= one_length; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *above_that = rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (j = 1; j <= other_length; j++) {
            const int a = letter(one[i - 1]);
            const int b = letter(other[j - 1]);

            row[j] = least(above[j - 1] + (a != b), least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a == letter(other[j - 2]) && letter(one[i - 2]) == b)
                row[j] = least(row[j], above_that[j - 2] + 1);
        }
    }
    return rows[one_length % 3][other_length];
}

const char *suggestion(const char *written, const char *const *words, size_t count)
{
    size_t length = strlen(written);
    const char *nearest = NULL;
    unsigned nearest_distance = 3; /* more is no slip any more */
    size_t i;

    if (length > LETTERS_MAX)
        return NULL;
    for (i = 0; i < count; i++) {
        size_t word_length = strlen(words[i]);
        unsigned steps = word_length > LETTERS_MAX
                             ? nearest_distance
                             : distance(written, length, words[i], word_length);

        if (steps < nearest_distance && steps < word_length) {
            nearest = words[i];
            nearest_distance = steps;
        }
    }
    return nearest;
}
