/* SPDX-License-Identifier: MIT */
/* YAML as packages have it: what is read, what is refused, what a value says. */
#include "node.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(yaml, .timeout = 30);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct refused {
    const char *text;
    const char *words; /* of the message */
} refused[] = {
    {"a: 1\na: 2\n", "line 2: a key that stands here twice"},
    {"a: [1, 2\n", "line"},
    {"a: *b\n", "anchor that there is not"},
    {"a: &b [*b]\n", "alias inside"},
    {"? [x]\n: 1\n", "a key that is no text"},
    {"a: \"x\\0y\"\n", "NUL"},
    {"a: 1\n---\nb: 2\n", ""},
    {"\xff\xfe\xff", ""},
    {"a:\n\tb: 1\n", "line 2"},
};

static size_t numbers[COUNT(refused)];

ParameterizedTestParameters(yaml, refuses_what_is_no_plain_tree)
{
    for (size_t i = 0; i < COUNT(refused); i++)
        numbers[i] = i;
    return cr_make_param_array(size_t, numbers, COUNT(refused));
}

ParameterizedTest(size_t *number, yaml, refuses_what_is_no_plain_tree)
{
    const struct refused *row = &refused[*number];
    struct tree tree = {0};
    char *error = NULL;

    cr_assert_eq(tree_read(&tree, row->text, strlen(row->text), &error), -1, "%s", row->text);
    cr_assert_not_null(error);
    cr_expect(strstr(error, row->words), "\"%s\" says \"%s\"", row->text, error);
    free(error);
    tree_release(&tree);
}

Test(yaml, refuses_a_tree_that_is_too_deep)
{
    char text[256];
    struct tree tree = {0};
    char *error = NULL;

    memset(text, '[', 100);
    memset(text + 100, ']', 100);
    cr_expect_eq(tree_read(&tree, text, 200, &error), -1);
    cr_expect_not_null(error);
    free(error);
    tree_release(&tree);
}

Test(yaml, takes_aliases_of_aliases_at_no_cost)
{
    static const char text[] = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
                               "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
                               "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
                               "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
                               "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
                               "f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n";
    struct tree tree = {0};
    char *error = NULL;

    cr_assert_eq(tree_read(&tree, text, sizeof(text) - 1, &error), 0, "%s", error);
    cr_expect_lt(tree.node_count, 100);
    tree_release(&tree);
}

enum kind { IS_NULL, IS_NUMBER, IS_FLAG, IS_TEXT };

Test(yaml, says_what_a_value_is)
{
    static const struct {
        const char *value;
        enum kind kind;
        double number; /* or the flag */
    } rows[] = {
        {"", IS_NULL, 0},
        {"~", IS_NULL, 0},
        {"null", IS_NULL, 0},
        {"1", IS_NUMBER, 1},
        {"-2.5e3", IS_NUMBER, -2500},
        {".5", IS_NUMBER, 0.5},
        {"5.", IS_NUMBER, 5},
        {"1e400", IS_TEXT, 0},
        {".inf", IS_TEXT, 0},
        {".nan", IS_TEXT, 0},
        {"0x10", IS_TEXT, 0},
        {"1_000", IS_TEXT, 0},
        {"1 2", IS_TEXT, 0},
        {"true", IS_FLAG, 1},
        {"false", IS_FLAG, 0},
        {"word", IS_TEXT, 0},
        {"'null'", IS_TEXT, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64];
        struct tree tree = {0};
        char *error = NULL;
        const struct node *node;
        double number = 0;
        bool flag = false;

        snprintf(text, sizeof(text), "key: %s\n", rows[i].value);
        cr_assert_eq(tree_read(&tree, text, strlen(text), &error), 0, "%s", text);
        node = node_get(tree.root, "key");
        cr_expect_eq(node_is_null(node), rows[i].kind == IS_NULL, "%s", text);
        cr_expect_eq(node_number(node, &number) == 0, rows[i].kind == IS_NUMBER, "%s", text);
        cr_expect_eq(node_flag(node, &flag) == 0, rows[i].kind == IS_FLAG, "%s", text);
        if (rows[i].kind == IS_NUMBER)
            cr_expect_float_eq(number, rows[i].number, 1e-12, "%s", text);
        if (rows[i].kind == IS_FLAG)
            cr_expect_eq(flag, rows[i].number != 0, "%s", text);
        tree_release(&tree);
    }
}

Test(yaml, takes_one_text_for_a_sequence_of_one)
{
    static const struct {
        const char *value;
        int result;
        size_t count;
    } rows[] = {
        {"one", 0, 1},      {"[one, two]", 0, 2}, {"[]", 0, 0},
        {"[1, 2.5]", 0, 2}, {"[[one]]", -1, 0},   {"{a: b}", -1, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[64];
        struct tree tree = {0};
        struct texts texts = {0};
        char *error = NULL;

        snprintf(text, sizeof(text), "key: %s\n", rows[i].value);
        cr_assert_eq(tree_read(&tree, text, strlen(text), &error), 0, "%s", text);
        cr_expect_eq(node_texts(node_get(tree.root, "key"), &texts), rows[i].result, "%s", text);
        if (rows[i].result == 0)
            cr_expect_eq(texts.count, rows[i].count, "%s", text);
        texts_release(&texts);
        tree_release(&tree);
    }
}
