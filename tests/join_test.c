/* SPDX-License-Identifier: MIT */
/* join_test.c - what judging asks of the library: whole trees taken out, files
 * put into directories, and two boxes that share a pipe. */
#include "checks.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(tree, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(given, .timeout = 240, .init = checks_begin, .fini = checks_end);

struct place {
    char path[64];
    int fd;
};

static struct place make_place(void)
{
    struct place place = {.path = "/tmp/dualpipe-test-XXXXXX"};

    cr_assert(mkdtemp(place.path));
    place.fd = open(place.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_geq(place.fd, 0);
    return place;
}

static void remove_place(struct place *place)
{
    char command[128];

    close(place->fd);
    snprintf(command, sizeof(command), "rm -rf %s", place->path);
    cr_assert_eq(system(command), 0);
}

/* Runs a script that leaves something in its working directory. */
static struct dualpipe_result leave(const char *script, const struct dualpipe_collect *collect)
{
    struct dualpipe_policy *policy;
    struct dualpipe_result result;
    struct dualpipe_error error = {0};
    const int status = dualpipe_policy_load(&policy, "shell", &error);

    cr_assert_eq(status, 0, "%s", error.subject);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV("/bin/sh", "-c", script),
        .policy = policy,
        .collects = collect,
        .collect_count = 1,
    });
    dualpipe_policy_free(policy);
    return result;
}

Test(tree, is_made_anew_without_links_and_fifos)
{
    struct place place = make_place();
    int64_t skipped = -1;
    int64_t size = -1;
    int error = 1;
    struct stat status;
    const struct dualpipe_result result = leave(
        "mkdir -p a/b && echo deep >a/b/c && echo x >run && chmod 711 run && ln -s /etc/passwd l "
        "&& "
        "ln -s . a/loop && mkfifo f; echo y >'new\nline'; umask 777; echo z >shut; mkdir dark",
        &(struct dualpipe_collect){
            .name = ".", .fd = place.fd, .error = &error, .size = &size, .skipped = &skipped});

    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_expect_eq(error, 0, "%d", error);
    cr_expect_geq(skipped, 2);
    cr_expect_eq(fstatat(place.fd, "a/b/c", &status, AT_SYMLINK_NOFOLLOW), 0);
    cr_expect_eq(status.st_mode, S_IFREG | 0644);
    cr_expect_eq(fstatat(place.fd, "run", &status, AT_SYMLINK_NOFOLLOW), 0);
    cr_expect_eq(status.st_mode, S_IFREG | 0755);
    cr_expect_eq(fstatat(place.fd, "new\nline", &status, AT_SYMLINK_NOFOLLOW), 0);
    cr_expect_eq(fstatat(place.fd, "l", &status, AT_SYMLINK_NOFOLLOW), -1);
    cr_expect_eq(fstatat(place.fd, "a/loop", &status, AT_SYMLINK_NOFOLLOW), -1);
    cr_expect_eq(fstatat(place.fd, "f", &status, AT_SYMLINK_NOFOLLOW), -1);
    remove_place(&place);
}

Test(tree, is_bounded_in_bytes_entries_and_depth)
{
    static const struct {
        const char *script;
        int64_t max_bytes;
        int64_t max_entries;
        int expected;
    } rows[] = {
        {"echo 12345 >a; echo 12345 >b", 10, 0, -EFBIG},
        {"echo 12345 >a; echo 1234 >b", 11, 2, 0},
        {"echo >a; echo >b; ln -s a c", 100, 2, -E2BIG},
        {"i=0; while [ $i -lt 40 ]; do mkdir d; cd d; i=$((i + 1)); done", 100, 0, -E2BIG},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct place place = make_place();
        int error = 1;
        const struct dualpipe_result result =
            leave(rows[i].script, &(struct dualpipe_collect){.name = ".",
                                                             .fd = place.fd,
                                                             .error = &error,
                                                             .max_bytes = rows[i].max_bytes,
                                                             .max_entries = rows[i].max_entries});

        cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
        cr_expect_eq(error, rows[i].expected, "row %zu: %d", i, error);
        remove_place(&place);
    }
}

Test(tree, of_a_regular_file_is_refused)
{
    struct place place = make_place();
    int error = 1;

    leave("echo >a", &(struct dualpipe_collect){.name = "a", .fd = place.fd, .error = &error});
    cr_expect_eq(error, -ENOTDIR, "%d", error);
    remove_place(&place);
}

Test(tree, files_are_put_where_their_names_lead)
{
    const struct dualpipe_file files[] = {{.name = "a/b/c", .data = "1", .size = 1},
                                          {.name = "a/d", .data = "2", .size = 1}};
    static const char *const bad[] = {"/a", "a//b", "a/", "../a", "a/../b", "a/./b", ""};
    struct place place = make_place();
    struct dualpipe_result result;
    int error = 1;
    char data[2] = "";
    int fd;

    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("noop")),
        .policy = native_policy(),
        .files = files,
        .file_count = 2,
        .collects = &(struct dualpipe_collect){.name = ".", .fd = place.fd, .error = &error},
        .collect_count = 1,
    });
    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_assert_eq(error, 0);
    fd = openat(place.fd, "a/b/c", O_RDONLY | O_CLOEXEC);
    cr_assert_geq(fd, 0);
    cr_expect_eq(read(fd, data, 2), 1);
    cr_expect_eq(data[0], '1');
    close(fd);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const struct dualpipe_file file = {.name = bad[i], .data = "1", .size = 1};

        cr_expect_eq(dualpipe_run(&(struct dualpipe_job){.argv = ARGV(PROGRAM("noop")),
                                                         .policy = native_policy(),
                                                         .files = &file,
                                                         .file_count = 1},
                                  &result, NULL),
                     -EINVAL, "%s", bad[i]);
    }
    remove_place(&place);
}

Test(given, pipes_join_two_boxes)
{
    struct dualpipe *ends[2];
    struct dualpipe_result results[2];
    char output[16] = "";
    int middle[2];

    cr_assert_eq(pipe2(middle, O_CLOEXEC), 0);
    for (int i = 0; i < 2; i++) {
        struct dualpipe_job job = {.argv = ARGV(PROGRAM("bare"))};

        if (i == 0)
            job.standard_output =
                (struct dualpipe_stream){.route = DUALPIPE_ROUTE_GIVEN, .fd = middle[1]};
        else
            job.standard_input =
                (struct dualpipe_stream){.route = DUALPIPE_ROUTE_GIVEN, .fd = middle[0]};
        ends[i] = open_job(&job);
        close(middle[1 - i]);
    }
    cr_assert_eq(dualpipe_write(ends[0], "across", 6, LONG_US, NULL), 0);
    cr_assert_eq(dualpipe_end_input(ends[0]), 0);
    cr_assert_eq(read_all(ends[1], output, sizeof(output)), 6);
    cr_expect_eq(memcmp(output, "ACROSS", 6), 0);
    for (int i = 0; i < 2; i++) {
        results[i] = close_as(ends[i], DUALPIPE_OK);
        cr_expect_gt(results[i].ended_us, 0);
    }
}

Test(given, is_a_pipes_right_end_or_an_error)
{
    struct dualpipe_result result;
    int ends[2];
    const int file = memfd_create("no pipe", MFD_CLOEXEC);

    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    for (int i = 0; i < 2; i++) {
        const int wrong = i == 0 ? file : ends[1];

        cr_expect_eq(
            dualpipe_run(&(struct dualpipe_job){.argv = ARGV(PROGRAM("bare")),
                                                .standard_input = {.route = DUALPIPE_ROUTE_GIVEN,
                                                                   .fd = wrong}},
                         &result, NULL),
            -EINVAL);
    }
    close(file);
    close(ends[0]);
    close(ends[1]);
}
