/* SPDX-License-Identifier: MIT */
/* The default output validator, by tables: what the package format says of
 * tokens, white space and numbers. */
#include "default_validator.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(default_validator, .timeout = 30);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ARGUMENTS_MOST 4

struct row {
    const char *arguments[ARGUMENTS_MOST + 1];
    const char *output;
    const char *answer;
    bool is_right;
};

static size_t argument_count(const struct row *row)
{
    size_t count = 0;

    while (row->arguments[count])
        count++;
    return count;
}

static void expect_row(const struct row *row)
{
    struct judge_difference difference = {0};
    struct comparison comparison = {0};
    char *error = NULL;
    bool holds;

    cr_assert_eq(comparison_read(&comparison, row->arguments, argument_count(row), &error), 0, "%s",
                 error ? error : "");
    holds = comparison_holds(&comparison, row->output, strlen(row->output), row->answer,
                             strlen(row->answer), &difference);
    cr_expect_eq(holds, row->is_right, "\"%s\" for \"%s\", %s", row->output, row->answer,
                 row->arguments[0] ? row->arguments[0] : "no arguments");
    difference_release(&difference);
}

static void expect_rows(const struct row *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        expect_row(&rows[i]);
}

Test(default_validator, compares_tokens_whatever_is_between_them)
{
    static const struct row rows[] = {
        {{NULL}, "1 2 3\n", "1 2 3\n", true},
        {{NULL}, "1\n2\r\n\t3", "1 2 3\n", true},
        {{NULL}, " \v1\f2 3   ", "1 2 3\n", true},
        {{NULL}, "", "", true},
        {{NULL}, "\n\n", "", true},
        {{NULL}, "12 3\n", "1 23\n", false},
        {{NULL}, "1 2\n", "1 2 3\n", false},
        {{NULL}, "1 2 3 4\n", "1 2 3\n", false},
        {{NULL}, "", "1\n", false},
        {{NULL}, "1\n", "", false},
        {{NULL},
         "1\xc2\xa0"
         "2\n",
         "1 2\n",
         false}, /* no white space of the format's */
    };

    expect_rows(rows, COUNT(rows));
}

Test(default_validator, takes_letters_of_ascii_alike_unless_told_otherwise)
{
    static const struct row rows[] = {
        {{NULL}, "yes", "YES", true},
        {{NULL}, "YES", "yes", true},
        {{"case_sensitive", NULL}, "yes", "YES", false},
        {{"case_sensitive", NULL}, "YES", "YES", true},
        {{NULL}, "\xc3\xa4", "\xc3\x84", false}, /* other letters differ */
        {{NULL}, "[", "{", false},
        {{NULL}, "@", "`", false},
    };

    expect_rows(rows, COUNT(rows));
}

Test(default_validator, counts_white_space_where_told_to)
{
    static const struct row rows[] = {
        {{"space_change_sensitive", NULL}, "1 2\n", "1 2\n", true},
        {{"space_change_sensitive", NULL}, "1  2\n", "1 2\n", false},
        {{"space_change_sensitive", NULL}, "1\t2\n", "1 2\n", false},
        {{"space_change_sensitive", NULL}, "1 2", "1 2\n", false},
        {{"space_change_sensitive", NULL}, " 1 2\n", "1 2\n", false},
        {{"space_change_sensitive", NULL}, "1 2\n\n", "1 2\n", false},
        {{"space_change_sensitive", NULL}, "YES no\n", "yes NO\n", true},
    };

    expect_rows(rows, COUNT(rows));
}

Test(default_validator, compares_numbers_within_a_tolerance)
{
    static const struct row rows[] = {
        {{"float_tolerance", "1e-3", NULL}, "3.14e-2", "0.0314", true},
        {{"float_tolerance", "1e-3", NULL}, "1000.9", "1000", true}, /* relative */
        {{"float_tolerance", "1e-3", NULL}, "1001.1", "1000", false},
        {{"float_tolerance", "1e-3", NULL}, "0.0005", "0", true}, /* absolute */
        {{"float_absolute_tolerance", "1e-3", NULL}, "1000.5", "1000", false},
        {{"float_relative_tolerance", "1e-3", NULL}, "0.0005", "0", false},
        {{"float_relative_tolerance", "1e-3", NULL}, "0", "0", true},
        {{"float_relative_tolerance", "1e-3", NULL}, "-1000.5", "-1000", true},
        {{"float_relative_tolerance", "0.1", "float_absolute_tolerance", "1", NULL},
         "100",
         "109",
         true},
        {{"float_absolute_tolerance", "0", NULL}, "1.50", "1.5", true},
        {{"float_tolerance", "0.5", NULL}, "+1.", ".9", true},
        {{"float_tolerance", "0.5", NULL}, "1E+0", "1e-0", true},
    };

    expect_rows(rows, COUNT(rows));
}

Test(default_validator, takes_for_a_number_only_what_the_format_does)
{
    static const struct row rows[] = {
        {{NULL}, "1.0", "1", false}, /* no tolerance: texts */
        {{"float_tolerance", "1", NULL}, "nan", "1", false},
        {{"float_tolerance", "1e9", NULL}, "inf", "1", false},
        {{"float_tolerance", "1", NULL}, "0x1", "1", false},
        {{"float_tolerance", "1", NULL}, "1,0", "1", false},
        {{"float_tolerance", "1", NULL}, "1e", "1", false},
        {{"float_tolerance", "1", NULL}, ".", "1", false},
        {{"float_tolerance", "1", NULL}, "1.0x", "1", false},
        {{"float_tolerance", "1", NULL}, "--1", "-1", false},
        {{"float_tolerance", "1", NULL}, "NaN", "nan", true}, /* the answer is no number */
        {{"float_tolerance", "1", NULL}, "12", "abc", false},
        {{"float_tolerance", "1", NULL}, "Yes 1.5", "yes 1", true},
        {{"case_sensitive", "float_tolerance", "1", NULL}, "Yes 1.5", "yes 1", false},
    };

    expect_rows(rows, COUNT(rows));
}

Test(default_validator, keeps_thirty_digits_and_large_exponents)
{
    static const struct row rows[] = {
        {{"float_relative_tolerance", "1e-15", NULL},
         "123456789012345678901234567890.123456789012345678901234567890",
         "123456789012345678901234567890",
         true},
        {{"float_absolute_tolerance", "1e-9", NULL}, "0.000000000000000000000000000001", "0", true},
        {{"float_relative_tolerance", "1e-9", NULL}, "1e300", "1.0e300", true},
        {{"float_relative_tolerance", "1e-9", NULL}, "1e300", "1e301", false},
    };

    expect_rows(rows, COUNT(rows));
}

Test(default_validator, refuses_arguments_that_are_none)
{
    static const struct row rows[] = {
        {{"nonsense", NULL}, "", "", false},
        {{"float_tolerance", NULL}, "", "", false},
        {{"float_tolerance", "x", NULL}, "", "", false},
        {{"float_tolerance", "-1", NULL}, "", "", false},
        {{"float_tolerance", "nan", NULL}, "", "", false},
        {{"float_tolerance", "1", "float_tolerance", "1", NULL}, "", "", false},
        {{"float_tolerance", "1", "float_relative_tolerance", "1", NULL}, "", "", false},
        {{"float_absolute_tolerance", "1", "float_tolerance", "1", NULL}, "", "", false},
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        struct comparison comparison = {0};
        char *error = NULL;

        cr_expect_lt(
            comparison_read(&comparison, rows[i].arguments, argument_count(&rows[i]), &error), 0,
            "%s", rows[i].arguments[0]);
        cr_expect_not_null(error);
        free(error);
    }
}

Test(default_validator, says_where_the_first_difference_is)
{
    struct judge_difference difference = {0};
    struct comparison comparison = {0};
    static const char output[] = "1 2\n\n3 5 6\n";
    static const char answer[] = "1\n2 3 4 6\n";
    char *words;

    cr_assert_not(
        comparison_holds(&comparison, output, strlen(output), answer, strlen(answer), &difference));
    cr_expect_eq(difference.line, 3);
    cr_expect_eq(difference.token, 2);
    cr_expect_eq(difference.answer_line, 2);
    cr_expect_str_eq(difference.expected, "4");
    cr_expect_str_eq(difference.found, "5");
    cr_expect_str_eq(difference.expected_line, "2 3 4 6");
    cr_expect_str_eq(difference.found_line, "3 5 6");
    words = difference_in_words(&difference);
    cr_expect_not_null(strstr(words, "line 3"));
    free(words);
    difference_release(&difference);
}

Test(default_validator, cuts_a_difference_to_fit)
{
    static char output[1 << 20];
    struct judge_difference difference = {0};
    struct comparison comparison = {0};

    memset(output, 'x', sizeof(output));
    output[1000] = '\0'; /* hostile bytes in the midst */
    output[2000] = '\xff';
    cr_assert_not(comparison_holds(&comparison, output, sizeof(output), "short\n", 6, &difference));
    cr_assert_not_null(difference.found);
    cr_expect_lt(strlen(difference.found), 4096);
    cr_expect_str_eq(difference.expected, "short");
    difference_release(&difference);
    /* And the other way round: nothing where something should be. */
    cr_assert_not(comparison_holds(&comparison, "", 0, output, sizeof(output), &difference));
    cr_expect_null(difference.found);
    difference_release(&difference);
}
