/* SPDX-License-Identifier: MIT */
/* subordinate_test.c - which range of ids a file gives to a user, by tables. */
#include "../lib/subordinate.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

TestSuite(subordinate, .timeout = 30);

static struct dp_id_range find(const char *lines, size_t size, const char *user, uid_t uid)
{
    char path[] = "/tmp/subordinate-XXXXXX";
    struct dp_id_range range = {7, 7};
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, lines, size), (ssize_t)size);
    close(fd);
    cr_expect_eq(dp_subordinate_find(path, user, uid, &range), 0);
    unlink(path);
    return range;
}

Test(subordinate, ranges_are_found_by_name_and_by_number)
{
    static const struct {
        const char *lines;
        struct dp_id_range range;
    } rows[] = {
        {"", {0, 0}},
        {"ada:100000:65536\n", {100000, 65536}},
        {"ada:100000:65536", {100000, 65536}}, /* no newline at the end */
        {"1815:200000:10\n", {200000, 10}},
        {"bob:100000:65536\nada:5:1\n", {5, 1}},
        {"ada:5:1\n1815:9:3\nada:20:2\n", {9, 3}}, /* the longest */
        {"ada:1:4294967293\n", {1, 4294967293}},
        {"ada:4294967294:1\n", {4294967294, 1}}, /* up to the last id, and no further */
        {"ada:4294967294:2\n", {0, 0}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct dp_id_range found = find(rows[i].lines, strlen(rows[i].lines), "ada", 1815);

        cr_expect_eq(found.first, rows[i].range.first, "row %zu: %u", i, found.first);
        cr_expect_eq(found.count, rows[i].range.count, "row %zu: %u", i, found.count);
    }
}

Test(subordinate, lines_that_are_none_are_passed_over)
{
    static const char *const lines[] = {
        "ada",
        "ada:",
        "ada:1",
        "ada::",
        "ada:1:",
        "ada::1",
        "ada:0:65536",
        "ada:1:0",
        "ada:-1:1",
        "ada:1:-1",
        "ada: 1:1",
        "ada:1: 1",
        "ada:1:1:1",
        "ada:1:1x",
        "ada:0x10:1",
        "ada:1:1e3",
        ":1:1",
        "adam:1:1",
        "ad:1:1",
        " ada:1:1",
        "#ada:1:1",
        "18150:1:1",
        "+1815:1:1",
        "1815 :1:1",
        "ada:4294967295:1",
        "ada:1:4294967295",
        "ada:99999999999999999999:1",
        "ada:1:99999999999999999999",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char text[256];
        struct dp_id_range found;

        snprintf(text, sizeof(text), "%s\nada:300:2\n", lines[i]);
        found = find(text, strlen(text), "ada", 1815);
        cr_expect(found.first == 300 && found.count == 2, "%s: %u, %u", lines[i], found.first,
                  found.count);
    }
}

Test(subordinate, a_line_too_long_hides_no_other)
{
    static char text[100000];
    struct dp_id_range found;

    memset(text, 'x', sizeof(text));
    memcpy(text, "ada:400:4", 9); /* which goes on with "xxx" */
    memcpy(text + sizeof(text) - 12, "\nada:300:2\n", 11);
    found = find(text, sizeof(text) - 1, "ada", 1815);
    cr_expect(found.first == 300 && found.count == 2, "%u, %u", found.first, found.count);
}

Test(subordinate, a_user_without_a_name_is_not_the_one_of_an_empty_name)
{
    const struct dp_id_range found = find(":300:2\n", 7, "", 1815);

    cr_expect_eq(found.count, 0);
}

Test(subordinate, a_file_that_is_not_there_is_an_error)
{
    struct dp_id_range range = {7, 7};

    cr_expect_eq(dp_subordinate_find("/nowhere/subuid", "ada", 1815, &range), -ENOENT);
    cr_expect_eq(range.first, 7);
}
