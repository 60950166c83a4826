/* SPDX-License-Identifier: MIT */
/* json_test.c - the JSON writer: commas, escapes, bytes that are not UTF-8. */
#include "../lib/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(json, .timeout = 10);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define REPLACEMENT "\xef\xbf\xbd"

/* What the bytes become, in memory to be freed. */
static char *written(const void *bytes, size_t size)
{
    char *text = NULL;
    size_t length = 0;
    struct dp_json json = {.file = open_memstream(&text, &length)};

    dp_json_bytes(&json, bytes, size);
    fclose(json.file);
    return text;
}

static void check(const char *bytes, size_t size, const char *expected)
{
    char *text = written(bytes, size);

    cr_expect(strcmp(text, expected) == 0, "%s came where %s should", text, expected);
    free(text);
}

Test(json, puts_commas_between_members_and_nowhere_else)
{
    char *text = NULL;
    size_t length = 0;
    struct dp_json json = {.file = open_memstream(&text, &length)};

    dp_json_open(&json, '{');
    dp_json_key(&json, "a");
    dp_json_open(&json, '[');
    dp_json_integer(&json, INT64_MIN);
    dp_json_integer(&json, INT64_MAX);
    dp_json_open(&json, '[');
    dp_json_close(&json, ']');
    dp_json_open(&json, '{');
    dp_json_close(&json, '}');
    dp_json_close(&json, ']');
    dp_json_key(&json, "b");
    dp_json_bool(&json, true);
    dp_json_key(&json, "c");
    dp_json_open(&json, '{');
    dp_json_key(&json, "d");
    dp_json_null(&json);
    dp_json_close(&json, '}');
    dp_json_key(&json, "e");
    dp_json_text(&json, NULL, 10);
    dp_json_close(&json, '}');
    fclose(json.file);
    cr_expect_str_eq(text, "{\"a\":[-9223372036854775808,9223372036854775807,[],{}],\"b\":true,"
                           "\"c\":{\"d\":null},\"e\":null}");
    free(text);
}

Test(json, escapes_what_json_or_a_terminal_would_act_on)
{
    check("", 0, "\"\"");
    check("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
    check("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
    check("\0\x01\x1f\x1b[31m\x7f", 9, "\"\\u0000\\u0001\\u001f\\u001b[31m\\u007f\"");
    check("\xc2\x80\xc2\x9b\xc2\xa0", 6, "\"\\u0080\\u009b\xc2\xa0\"");
    check("\xe2\x80\xa8\xe2\x80\xa9", 6, "\"\\u2028\\u2029\"");
}

Test(json, keeps_text_that_is_utf_8)
{
    check("gr\xc3\xbc\xc3\x9f", 6, "\"gr\xc3\xbc\xc3\x9f\"");
    check("\xe2\x82\xac\xf0\x9f\x90\xa7", 7, "\"\xe2\x82\xac\xf0\x9f\x90\xa7\"");
    check("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", 10,
          "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\"");
}

Test(json, replaces_each_piece_that_is_not_utf_8)
{
    static const struct {
        const char *bytes;
        const char *expected;
    } rows[] = {
        {"a\x80z", "\"a" REPLACEMENT "z\""},
        {"a\xffz", "\"a" REPLACEMENT "z\""},
        {"\xc0\xaf", "\"" REPLACEMENT REPLACEMENT "\""}, /* overlong */
        {"\xe0\x80\x80", "\"" REPLACEMENT REPLACEMENT REPLACEMENT "\""},
        {"\xed\xa0\x80", "\"" REPLACEMENT REPLACEMENT REPLACEMENT "\""}, /* surrogate */
        {"\xf4\x90\x80\x80", "\"" REPLACEMENT REPLACEMENT REPLACEMENT REPLACEMENT "\""},
        {"\xe2\x82", "\"" REPLACEMENT "\""}, /* cut short */
        {"\xe2\x82z", "\"" REPLACEMENT "z\""},
        {"\xf0\x9f\x90", "\"" REPLACEMENT "\""},
        {"\xf0\x9f\xe2\x82\xac", "\"" REPLACEMENT "\xe2\x82\xac\""},
        {"\xc3\n", "\"" REPLACEMENT "\\n\""},
    };
    size_t i;

    for (i = 0; i < LENGTH(rows); i++)
        check(rows[i].bytes, strlen(rows[i].bytes), rows[i].expected);
}

Test(json, text_stops_at_its_room_when_it_has_no_nul)
{
    static const char full[4] = {'a', 'b', 'c', 'd'};
    char *text = NULL;
    size_t length = 0;
    struct dp_json json = {.file = open_memstream(&text, &length)};

    dp_json_text(&json, full, sizeof(full));
    fclose(json.file);
    cr_expect_str_eq(text, "\"abcd\"");
    free(text);
}

Test(json, every_single_byte_gives_a_string_that_is_utf_8)
{
    int byte;

    for (byte = 0; byte < 256; byte++) {
        unsigned char bytes[1] = {(unsigned char)byte};
        char *text = written(bytes, 1);
        const unsigned char *at = (const unsigned char *)text;
        size_t left = strlen(text);

        while (left > 0) {
            int32_t code;
            size_t length = dp_utf8_next(at, left, &code);

            cr_expect(code >= 0x20 && code != 0x7f, "byte %d", byte);
            at += length;
            left -= length;
        }
        free(text);
    }
}
