/* SPDX-License-Identifier: MIT */
/* default_validator.c - see default_validator.h. */
#include "default_validator.h"

#include "allocate.h"
#include "node.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_SHOWN 60
#define LINE_SHOWN 200
#define NUMBER_MAX 512 /* a longer token is no number that a double could hold */

static int read_tolerance(const char *name, const char *value, long double *tolerance, char **error)
{
    if (!value || !is_float(value, strlen(value)) || value[0] == '-') {
        *error = text_print("%s needs a number that is not negative, and has %s%s%s", name,
                            value ? "\"" : "", value ? value : "none", value ? "\"" : "");
        return -1;
    }
    *tolerance = strtold(value, NULL);
    return 0;
}

static int read_float_argument(struct comparison *comparison, const char *name, const char *value,
                               char **error)
{
    const bool is_both = strcmp(name, "float_tolerance") == 0;
    const bool is_relative = is_both || strcmp(name, "float_relative_tolerance") == 0;
    const bool is_absolute = is_both || strcmp(name, "float_absolute_tolerance") == 0;
    long double tolerance;

    if (!is_relative && !is_absolute) {
        *error = text_print("the default output validator has no argument \"%s\"", name);
        return -1;
    }
    if ((is_relative && comparison->has_relative) || (is_absolute && comparison->has_absolute)) {
        *error = text_print("%s: this tolerance is given already", name);
        return -1;
    }
    if (read_tolerance(name, value, &tolerance, error) < 0)
        return -1;
    if (is_relative) {
        comparison->has_relative = true;
        comparison->relative = tolerance;
    }
    if (is_absolute) {
        comparison->has_absolute = true;
        comparison->absolute = tolerance;
    }
    return 0;
}

int comparison_read(struct comparison *comparison, const char *const *arguments, size_t count,
                    char **error)
{
    *comparison = (struct comparison){0};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(arguments[i], "case_sensitive") == 0) {
            comparison->case_sensitive = true;
        } else if (strcmp(arguments[i], "space_change_sensitive") == 0) {
            comparison->space_change_sensitive = true;
        } else {
            if (read_float_argument(comparison, arguments[i],
                                    i + 1 < count ? arguments[i + 1] : NULL, error) < 0)
                return -1;
            i++;
        }
    }
    return 0;
}

/* A place in a text: where it is, for people. */
struct cursor {
    const char *bytes;
    size_t size;
    size_t at;
    size_t line;       /* from 1 */
    size_t line_start; /* where it begins */
    size_t token;      /* in the line, from 1; counts the one that is next */
};

static bool is_space(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Goes over white space. Returns its length. */
static size_t skip_space(struct cursor *cursor)
{
    const size_t start = cursor->at;

    for (; cursor->at < cursor->size && is_space(cursor->bytes[cursor->at]); cursor->at++) {
        if (cursor->bytes[cursor->at] == '\n') {
            cursor->line++;
            cursor->line_start = cursor->at + 1;
            cursor->token = 1;
        }
    }
    return cursor->at - start;
}

static size_t token_length(const struct cursor *cursor)
{
    size_t end = cursor->at;

    while (end < cursor->size && !is_space(cursor->bytes[end]))
        end++;
    return end - cursor->at;
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static bool are_same_words(const struct comparison *comparison, const char *one, size_t one_length,
                           const char *other, size_t other_length)
{
    if (one_length != other_length)
        return false;
    if (comparison->case_sensitive)
        return memcmp(one, other, one_length) == 0;
    for (size_t i = 0; i < one_length; i++) {
        if (lower(one[i]) != lower(other[i]))
            return false;
    }
    return true;
}

/* Returns false: it is no number. */
static bool read_number(const char *token, size_t length, long double *number)
{
    char text[NUMBER_MAX + 1];

    if (length > NUMBER_MAX || !is_float(token, length))
        return false;
    memcpy(text, token, length);
    text[length] = '\0';
    *number = strtold(text, NULL);
    return true;
}

/* Infinities come of numbers beyond what a double holds: equal ones are. */
static bool are_close(const struct comparison *comparison, long double found, long double wanted)
{
    const long double gap = fabsl(found - wanted);

    if (found == wanted)
        return true;
    if (!isfinite(found) || !isfinite(wanted))
        return false;
    return (comparison->has_absolute && gap <= comparison->absolute) ||
           (comparison->has_relative && gap <= comparison->relative * fabsl(wanted));
}

static bool are_same_tokens(const struct comparison *comparison, const char *found,
                            size_t found_length, const char *wanted, size_t wanted_length)
{
    long double found_number;
    long double wanted_number;

    if ((comparison->has_absolute || comparison->has_relative) &&
        read_number(wanted, wanted_length, &wanted_number))
        return read_number(found, found_length, &found_number) &&
               are_close(comparison, found_number, wanted_number);
    return are_same_words(comparison, found, found_length, wanted, wanted_length);
}

static char *cut(const char *bytes, size_t length, size_t max)
{
    char *text = text_cut(bytes, length < max ? length : max);

    for (size_t i = 0; i < length && i < max; i++) {
        if (text[i] == '\0')
            text[i] = '?';
    }
    if (length <= max)
        return text;
    memcpy(text + max - 3, "...", 3);
    return text;
}

/* The line that the cursor stands in; from near its place where it is long. */
static char *cut_line(const struct cursor *cursor)
{
    const size_t before = cursor->at - cursor->line_start;
    const size_t start = before > LINE_SHOWN / 2 ? cursor->at - LINE_SHOWN / 2 : cursor->line_start;
    const char *end;

    if (start >= cursor->size)
        return NULL;
    end = memchr(cursor->bytes + start, '\n', cursor->size - start);
    return cut(cursor->bytes + start,
               (size_t)((end ? end : cursor->bytes + cursor->size) - (cursor->bytes + start)),
               LINE_SHOWN);
}

static void tell(struct judge_difference *difference, const struct cursor *found,
                 const struct cursor *wanted, bool is_space_alone)
{
    const size_t found_length = token_length(found);
    const size_t wanted_length = token_length(wanted);

    *difference = (struct judge_difference){
        .line = found->line,
        .token = is_space_alone ? 0 : found->token,
        .answer_line = wanted->line,
        .found_line = cut_line(found),
        .expected_line = cut_line(wanted),
    };
    if (found_length > 0 && !is_space_alone)
        difference->found = cut(found->bytes + found->at, found_length, TOKEN_SHOWN);
    if (wanted_length > 0 && !is_space_alone)
        difference->expected = cut(wanted->bytes + wanted->at, wanted_length, TOKEN_SHOWN);
}

static struct cursor start_of(const char *bytes, size_t size)
{
    return (struct cursor){.bytes = bytes, .size = size, .line = 1, .token = 1};
}

/* Goes over the white space of both. Returns false where it is to be the same
 * and is not. */
static bool skip_spaces(const struct comparison *comparison, struct cursor *found,
                        struct cursor *wanted)
{
    const size_t found_at = found->at;
    const size_t wanted_at = wanted->at;
    const size_t found_length = skip_space(found);
    const size_t wanted_length = skip_space(wanted);

    return !comparison->space_change_sensitive ||
           (found_length == wanted_length &&
            memcmp(found->bytes + found_at, wanted->bytes + wanted_at, found_length) == 0);
}

static bool are_same_bytes(struct cursor *found, struct cursor *wanted,
                           struct judge_difference *difference)
{
    const size_t both = found->size < wanted->size ? found->size : wanted->size;
    size_t same = 0;

    while (same < both && found->bytes[same] == wanted->bytes[same])
        same++;
    if (same == found->size && same == wanted->size)
        return true;
    for (struct cursor *cursor = found;; cursor = wanted) {
        for (; cursor->at < same; cursor->at++) {
            if (cursor->bytes[cursor->at] != '\n')
                continue;
            cursor->line++;
            cursor->line_start = cursor->at + 1;
        }
        if (cursor == wanted)
            break;
    }
    tell(difference, found, wanted, true);
    return false;
}

bool comparison_holds(const struct comparison *comparison, const char *output, size_t output_size,
                      const char *answer, size_t answer_size, struct judge_difference *difference)
{
    struct cursor found = start_of(output, output_size);
    struct cursor wanted = start_of(answer, answer_size);

    if (comparison->exact)
        return are_same_bytes(&found, &wanted, difference);
    for (;;) {
        const bool has_same_space = skip_spaces(comparison, &found, &wanted);
        const size_t found_length = token_length(&found);
        const size_t wanted_length = token_length(&wanted);

        if ((found_length > 0) != (wanted_length > 0) ||
            (found_length > 0 && !are_same_tokens(comparison, found.bytes + found.at, found_length,
                                                  wanted.bytes + wanted.at, wanted_length))) {
            tell(difference, &found, &wanted, false);
            return false;
        }
        if (!has_same_space) {
            tell(difference, &found, &wanted, true);
            return false;
        }
        if (found_length == 0)
            return true;
        found.at += found_length;
        wanted.at += wanted_length;
        found.token++;
        wanted.token++;
    }
}

char *difference_in_words(const struct judge_difference *difference)
{
    if (difference->token == 0)
        return text_print("line %zu: the white space or bytes differ from line %zu of the answer",
                          difference->line, difference->answer_line);
    if (!difference->found)
        return text_print("the output ends at line %zu, where \"%s\" of line %zu of the answer "
                          "should be",
                          difference->line, difference->expected, difference->answer_line);
    if (!difference->expected)
        return text_print("line %zu, token %zu: \"%s\" comes after the end of the answer",
                          difference->line, difference->token, difference->found);
    return text_print("line %zu, token %zu: \"%s\" should be \"%s\"", difference->line,
                      difference->token, difference->found, difference->expected);
}

void difference_release(struct judge_difference *difference)
{
    free(difference->expected);
    free(difference->found);
    free(difference->expected_line);
    free(difference->found_line);
    *difference = (struct judge_difference){0};
}
