/* SPDX-License-Identifier: MIT */
/* policy_write_test.c - policies written out: as text, as a table, as JSON. */
#include "policy.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(policy_write, .timeout = 240);

static struct dualpipe_policy *load(const char *name)
{
    struct dualpipe_policy *policy = NULL;

    cr_assert_eq(dualpipe_policy_load(&policy, name, NULL), 0, "%s", name);
    return policy;
}

static char *write_out(const char *name, enum dualpipe_policy_form form)
{
    struct dualpipe_policy *policy = load(name);
    char *text = NULL;
    ssize_t length = dualpipe_policy_write(policy, form, &text);

    cr_assert_gt(length, 0);
    cr_assert_eq((size_t)length, strlen(text));
    dualpipe_policy_free(policy);
    return text;
}

Test(policy_write, an_expanded_policy_is_the_same_policy)
{
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        const struct dp_builtin_policy *builtin = &dp_builtin_policies[i];
        char *text = write_out(builtin->policy.name, DUALPIPE_POLICY_EXPANDED);
        struct dp_policy policy;
        struct dp_arena *arena;
        struct dp_filter filter;
        struct dp_policy_error error;

        cr_assert_eq(dp_policy_parse(&policy, &arena, "x", text, strlen(text), &error), 0,
                     "%s, line %u: %s", builtin->policy.name, error.line, error.message);
        cr_assert_eq(dp_filter_build(&filter, &policy), 0);
        cr_expect_str_eq(filter.sha256, builtin->filter.sha256, "%s", builtin->policy.name);
        cr_expect_eq(policy.view_count, builtin->policy.view_count);
        cr_expect_eq(policy.env_count, builtin->policy.env_count);
        cr_expect_eq(policy.layers, builtin->policy.layers);
        cr_expect_eq(policy.exec_once, builtin->policy.exec_once);
        cr_expect_eq(memcmp(&policy.limits, &builtin->policy.limits, sizeof(policy.limits)), 0);
        dp_filter_release(&filter);
        dp_arena_free(arena);
        free(text);
    }
}

Test(policy_write, the_text_is_the_text)
{
    char *text = write_out("strict", DUALPIPE_POLICY_TEXT);

    cr_expect_not_null(strstr(text, "\nallow read fd=stdin\n"));
    free(text);
}

Test(policy_write, the_table_names_cases_answers_and_the_hash)
{
    char *text = write_out("native", DUALPIPE_POLICY_TABLE);
    struct dualpipe_policy *policy = load("native");

    cr_expect_not_null(strstr(text, "allow when code=ARCH_SET_FS\n"));
    cr_expect_not_null(strstr(text, "ENOSYS, in the filter\n"));
    cr_expect_not_null(strstr(text, policy->filter.sha256));
    cr_expect_not_null(strstr(text, policy->policy.sha256));
    dualpipe_policy_free(policy);
    free(text);
}

static char *difference(const char *before, const char *after)
{
    struct dualpipe_policy *one = load(before);
    struct dualpipe_policy *two = load(after);
    char *text = NULL;

    cr_assert_geq(dualpipe_policy_diff(one, two, &text), 0);
    dualpipe_policy_free(one);
    dualpipe_policy_free(two);
    return text;
}

Test(policy_write, a_policy_allows_no_more_than_itself)
{
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        char *text =
            difference(dp_builtin_policies[i].policy.name, dp_builtin_policies[i].policy.name);

        cr_expect_str_eq(text, "");
        free(text);
    }
}

Test(policy_write, a_difference_is_what_the_second_allows_beyond_the_first)
{
    char *more = difference("native", "shell");
    char *less = difference("shell", "native");

    cr_expect_not_null(strstr(more, "allow execve\n"));
    cr_expect_not_null(strstr(more, "allow fork\n"));
    cr_expect_not_null(strstr(more, "exec free\n"));
    cr_expect_not_null(strstr(more, "directory /box executable\n"));
    cr_expect_not_null(strstr(more, "limit memory 1024M\n"));
    cr_expect_null(strstr(more, "allow read\n"));
    cr_expect_null(strstr(less, "execve"));
    free(more);
    free(less);
}

/* A policy of one line beyond native. */
static struct dualpipe_policy *load_line(const char *line)
{
    char path[] = "/tmp/policy_write_test.XXXXXX";
    struct dualpipe_policy *policy = NULL;
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_gt(dprintf(fd, "use native\n%s\n", line), 0);
    close(fd);
    cr_assert_eq(dualpipe_policy_load(&policy, path, NULL), 0);
    unlink(path);
    return policy;
}

static void expect_difference(const char *before, const char *after, const char *expected)
{
    struct dualpipe_policy *one = load_line(before);
    struct dualpipe_policy *two = load_line(after);
    char *text = NULL;

    cr_assert_geq(dualpipe_policy_diff(one, two, &text), 0);
    cr_expect_str_eq(text, expected);
    dualpipe_policy_free(one);
    dualpipe_policy_free(two);
    free(text);
}

Test(policy_write, sizes_of_directories_are_kept_and_compared)
{
    struct dualpipe_policy *policy = load_line("directory /tmp 1M executable");
    char *text = NULL;

    cr_assert_gt(dualpipe_policy_write(policy, DUALPIPE_POLICY_EXPANDED, &text), 0);
    cr_expect_not_null(strstr(text, "directory /tmp 1048576 executable\n"));
    dualpipe_policy_free(policy);
    free(text);
    expect_difference("directory /tmp 1M", "directory /tmp 1M", "");
    expect_difference("directory /tmp 2M", "directory /tmp 1M", "");
    expect_difference("directory /tmp", "directory /tmp 1M", "");
    expect_difference("directory /tmp 1M", "directory /tmp 2M", "directory /tmp 2097152\n");
    expect_difference("directory /tmp 1M", "directory /tmp", "directory /tmp\n");
}

Test(policy_write, no_policy_is_an_error)
{
    struct dualpipe_policy *strict = load("strict");
    char *text = NULL;

    cr_expect_eq(dualpipe_policy_write(NULL, DUALPIPE_POLICY_TEXT, &text), -EINVAL);
    cr_expect_eq(dualpipe_policy_write(strict, (enum dualpipe_policy_form)99, &text), -EINVAL);
    cr_expect_eq(dualpipe_policy_diff(strict, NULL, &text), -EINVAL);
    cr_expect_null(text);
    dualpipe_policy_free(strict);
}
