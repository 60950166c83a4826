/* SPDX-License-Identifier: MIT */
/* pool_test.c - the calls on a pool: jobs in, results out, in and after all
 * kinds of trouble. */
#include "checks.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(pool, .init = checks_begin, .fini = checks_end, .timeout = 120);

static struct dualpipe_pool *open_pool(struct dualpipe_pool_options options)
{
    struct dualpipe_pool *pool = NULL;
    struct dualpipe_error error = {0};
    char text[512];

    if (!options.policy)
        options.policy = native_policy();
    cr_assert_eq(dualpipe_pool_open(&pool, &options, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
    return pool;
}

static void expect_refused(struct dualpipe_pool_options options, int expected)
{
    struct dualpipe_pool *pool = NULL;
    struct dualpipe_error error = {0};

    cr_expect_eq(dualpipe_pool_open(&pool, &options, &error), expected);
    cr_expect_null(pool);
    cr_expect_eq(error.errnum, -expected);
    cr_expect(error.subject[0], "the option is not named");
}

static struct dualpipe_result run_in(struct dualpipe_pool *pool, const struct dualpipe_job *job)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[512];

    cr_assert_eq(dualpipe_pool_run(pool, job, &result, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
    return result;
}

static struct dualpipe_result next_of(struct dualpipe_pool *pool, void **tag)
{
    struct dualpipe_result result = {0};

    cr_assert_eq(dualpipe_pool_next(pool, &result, tag, LONG_US), 0);
    return result;
}

static void submit(struct dualpipe_pool *pool, const char *const *argv, void *tag)
{
    cr_assert_eq(dualpipe_pool_submit(pool, &(struct dualpipe_job){.argv = argv}, tag, LONG_US), 0);
}

Test(pool, runs_a_job_as_dualpipe_run_does)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    struct dualpipe_result result =
        run_in(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("end-static"), "exit", "3")});

    cr_expect_eq(result.verdict, DUALPIPE_NONZERO_EXIT);
    cr_expect_eq(WEXITSTATUS(result.status), 3);
    cr_expect(result.attested);
    cr_expect_neq(result.freshness, DUALPIPE_FRESHNESS_DEFAULT);
    cr_expect_str_eq(result.policy_name, "native");
    cr_expect_eq(dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN), 0);
}

Test(pool, moves_input_and_output_through_buffers)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    char input[] = "one line\nand another";
    char output[64] = "";

    for (int i = 0; i < 5; i++) {
        struct dualpipe_result result =
            run_in(pool, &(struct dualpipe_job){
                             .argv = ARGV(PROGRAM("talk"), "echo"),
                             .standard_input = {.route = DUALPIPE_ROUTE_BUFFER,
                                                .buffer = input,
                                                .buffer_size = sizeof(input) - 1},
                             .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                                                 .buffer = output,
                                                 .buffer_size = sizeof(output)},
                         });

        cr_expect_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
        cr_expect_eq(result.usage.stdout_bytes, (int64_t)sizeof(input) - 1);
        cr_expect_arr_eq(output, input, sizeof(input) - 1);
        memset(output, 0, sizeof(output));
    }
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

Test(pool, gives_each_result_with_the_tag_of_its_job)
{
    enum { JOBS = 40 };
    struct dualpipe_pool *pool =
        open_pool((struct dualpipe_pool_options){.boxes = 2, .queue_size = JOBS});
    char codes[JOBS][4];
    const char *argv[JOBS][4];
    bool seen[JOBS] = {false};

    for (int i = 0; i < JOBS; i++) {
        snprintf(codes[i], sizeof(codes[i]), "%d", i + 1);
        memcpy(argv[i], ARGV(PROGRAM("end-static"), "exit", codes[i]), sizeof(argv[i]));
        submit(pool, argv[i], &seen[i]);
    }
    cr_expect_eq(dualpipe_pool_count(pool), (size_t)JOBS);
    for (int i = 0; i < JOBS; i++) {
        void *tag = NULL;
        struct dualpipe_result result = next_of(pool, &tag);
        const long index = (bool *)tag - seen;

        cr_assert(index >= 0 && index < JOBS);
        cr_expect_not(seen[index], "job %ld came twice", index);
        seen[index] = true;
        cr_expect_eq(WEXITSTATUS(result.status), index + 1);
    }
    cr_expect_eq(dualpipe_pool_count(pool), 0U);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

Test(pool, has_one_box_give_results_in_order)
{
    struct dualpipe_pool *pool =
        open_pool((struct dualpipe_pool_options){.boxes = 1, .queue_size = 8});
    char codes[8][4];

    for (size_t i = 0; i < 8; i++) {
        snprintf(codes[i], sizeof(codes[i]), "%zu", i + 1);
        submit(pool, ARGV(PROGRAM("end-static"), "exit", "7"), codes[i]);
        /* argv is borrowed until the result is there */
        void *tag = NULL;
        const struct dualpipe_result result = next_of(pool, &tag);

        cr_expect_eq(tag, codes[i]);
        cr_expect_eq(WEXITSTATUS(result.status), 7);
    }
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

static const char *const sleeper[] = {PROGRAM("spend"), "sleep", NULL};

/* Both are handed in before a thread of the pool has woken up. */
Test(pool, has_two_boxes_run_two_jobs_at_once)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 2});
    const struct dualpipe_job slow = {.argv = ARGV("/bin/sleep", "1")};
    const struct dualpipe_job quick = {.argv = ARGV("/bin/true")};
    void *tag = NULL;

    for (int i = 0; i < 5; i++) {
        cr_assert_eq(dualpipe_pool_submit(pool, &slow, (void *)&slow, LONG_US), 0);
        cr_assert_eq(dualpipe_pool_submit(pool, &quick, (void *)&quick, LONG_US), 0);
        (void)next_of(pool, &tag);
        cr_expect_eq(tag, &quick, "round %d", i);
        (void)next_of(pool, &tag);
    }
    cr_assert_eq(dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN), 0);
}

Test(pool, refuses_more_than_its_queue_holds)
{
    struct dualpipe_pool *pool =
        open_pool((struct dualpipe_pool_options){.boxes = 1, .queue_size = 2});

    for (int i = 0; i < 3; i++)
        submit(pool, sleeper, NULL);
    cr_expect_eq(dualpipe_pool_submit(pool, &(struct dualpipe_job){.argv = sleeper}, NULL, 0),
                 -EAGAIN);
    cr_expect_eq(dualpipe_pool_submit(pool, &(struct dualpipe_job){.argv = sleeper}, NULL,
                                      DUALPIPE_MILLISECONDS(5)),
                 -EAGAIN);
    cr_expect_eq(dualpipe_pool_count(pool), 3U);
    dualpipe_pool_close(pool, DUALPIPE_POOL_CANCEL);
}

Test(pool, cancels_what_runs_and_what_waits)
{
    struct dualpipe_pool *pool =
        open_pool((struct dualpipe_pool_options){.boxes = 2, .queue_size = 8});

    for (int i = 0; i < 6; i++)
        submit(pool, sleeper, NULL);
    cr_expect_eq(dualpipe_pool_cancel(pool), 0);
    for (int i = 0; i < 6; i++) {
        const struct dualpipe_result result = next_of(pool, NULL);

        cr_expect_eq(result.verdict, DUALPIPE_CANCELLED, "%s: %s",
                     dualpipe_verdict_name(result.verdict), result.reason);
    }
    submit(pool, ARGV(PROGRAM("noop")), NULL);
    cr_expect_eq(next_of(pool, NULL).verdict, DUALPIPE_OK);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

Test(pool, drains_when_it_is_closed)
{
    struct dualpipe_pool *pool =
        open_pool((struct dualpipe_pool_options){.boxes = 1, .queue_size = 8});
    const char *const *argv = ARGV(PROGRAM("talk"), "echo"); /* borrowed until the result came */
    char output[4][8] = {{0}};

    for (int i = 0; i < 4; i++)
        cr_assert_eq(dualpipe_pool_submit(pool,
                                          &(struct dualpipe_job){
                                              .argv = argv,
                                              .standard_input = {.route = DUALPIPE_ROUTE_BUFFER,
                                                                 .buffer = "x",
                                                                 .buffer_size = 1},
                                              .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                                                                  .buffer = output[i],
                                                                  .buffer_size = sizeof(output[i])},
                                          },
                                          NULL, LONG_US),
                     0);
    cr_expect_eq(dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN), 0);
    for (int i = 0; i < 4; i++)
        cr_expect_str_eq(output[i], "x");
}

Test(pool, tells_of_results_by_its_descriptor)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    struct pollfd wait = {.fd = dualpipe_pool_fd(pool), .events = POLLIN};

    cr_expect_eq(poll(&wait, 1, 0), 0);
    for (int i = 0; i < 3; i++) {
        submit(pool, ARGV(PROGRAM("noop")), NULL);
        cr_expect_eq(poll(&wait, 1, 20000), 1);
        cr_expect_eq(dualpipe_pool_next(pool, NULL, NULL, 0), 0);
        cr_expect_eq(poll(&wait, 1, 0), 0);
    }
    cr_expect_eq(dualpipe_pool_next(pool, NULL, NULL, 0), -ETIMEDOUT);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

Test(pool, gives_a_job_that_cannot_run_an_error_and_goes_on)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    struct dualpipe_result result;

    submit(pool, ARGV("/no/such/program"), NULL);
    result = next_of(pool, NULL);
    cr_expect_eq(result.verdict, DUALPIPE_INTERNAL_ERROR);
    cr_expect_eq(result.error.errnum, ENOENT);
    cr_expect_eq(result.error.step, DUALPIPE_STEP_OPEN_PROGRAM);
    cr_expect_eq(dualpipe_pool_run(pool, &(struct dualpipe_job){0}, NULL, NULL), -EINVAL);
    cr_expect_eq(
        dualpipe_pool_run(pool,
                          &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop")),
                                                 .standard_output.route = DUALPIPE_ROUTE_PIPE},
                          NULL, NULL),
        -EINVAL);
    cr_expect_eq(run_in(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))}).verdict,
                 DUALPIPE_OK);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

Test(pool, holds_jobs_to_its_limits_and_to_their_own)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){
        .boxes = 1,
        .limits = {.wall_us = DUALPIPE_MILLISECONDS(100), .open_files = 20},
    });
    struct dualpipe_result result = run_in(pool, &(struct dualpipe_job){.argv = sleeper});

    cr_expect_eq(result.verdict, DUALPIPE_WALL_LIMIT);
    cr_expect_eq(result.limits.wall_us, DUALPIPE_MILLISECONDS(100));
    cr_expect_eq(result.limits.open_files, 20);
    result = run_in(pool, &(struct dualpipe_job){
                              .argv = sleeper,
                              .limits.wall_us = DUALPIPE_MILLISECONDS(50),
                          });
    cr_expect_eq(result.verdict, DUALPIPE_WALL_LIMIT);
    cr_expect_eq(result.limits.wall_us, DUALPIPE_MILLISECONDS(50));
    cr_expect_geq(result.usage.wall_us, DUALPIPE_MILLISECONDS(50));
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

static int seven(void *argument)
{
    return argument ? 7 : 8;
}

Test(pool, runs_what_a_warm_box_cannot_take_on_in_a_new_one)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    struct dualpipe_result result =
        run_in(pool, &(struct dualpipe_job){.function = seven, .argument = pool});

    cr_expect_eq(WEXITSTATUS(result.status), 7);
    cr_expect_eq(result.freshness, DUALPIPE_FRESHNESS_NEW);
    cr_expect_str_eq(dualpipe_freshness_name(result.freshness), "new");
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

struct caller {
    struct dualpipe_pool *pool;
    pthread_t thread;
    int code;
    int wrong;
};

static void *call_often(void *argument)
{
    struct caller *caller = argument;
    char code[4];

    snprintf(code, sizeof(code), "%d", caller->code);
    for (int i = 0; i < 25; i++) {
        struct dualpipe_result result = {0};

        if (dualpipe_pool_run(
                caller->pool,
                &(struct dualpipe_job){.argv = ARGV(PROGRAM("end-static"), "exit", code)}, &result,
                NULL) < 0 ||
            WEXITSTATUS(result.status) != caller->code)
            caller->wrong++;
    }
    return NULL;
}

Test(pool, serves_many_threads_at_once)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 2});
    struct caller callers[6];

    for (int i = 0; i < 6; i++) {
        callers[i] = (struct caller){.pool = pool, .code = i + 1};
        cr_assert_eq(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
    }
    for (int i = 0; i < 6; i++) {
        pthread_join(callers[i].thread, NULL);
        cr_expect_eq(callers[i].wrong, 0);
    }
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

static void *wait_for_result(void *argument)
{
    return (void *)(long)dualpipe_pool_next(argument, NULL, NULL, DUALPIPE_FOREVER);
}

Test(pool, lets_go_of_those_who_wait_when_it_is_closed)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    pthread_t thread;
    void *result;

    cr_assert_eq(pthread_create(&thread, NULL, wait_for_result, pool), 0);
    submit(pool, ARGV(PROGRAM("noop")), NULL);
    pthread_join(thread, &result);
    cr_expect_eq((long)result, 0);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

Test(pool, refuses_options_that_cannot_be)
{
    expect_refused((struct dualpipe_pool_options){.freshness = (enum dualpipe_freshness)99},
                   -EINVAL);
    expect_refused((struct dualpipe_pool_options){.boxes = 1U << 20}, -EINVAL);
    expect_refused((struct dualpipe_pool_options){.boxes = 1, .freshness = DUALPIPE_FRESHNESS_NEW},
                   -EINVAL);
    expect_refused((struct dualpipe_pool_options){.boxes = 1, .cpus = "none"}, -EINVAL);
    expect_refused((struct dualpipe_pool_options){.boxes = 1, .limits.cpu_us = -7}, -EINVAL);
}

Test(pool, is_of_no_use_to_a_fork_and_takes_no_harm)
{
    struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){.boxes = 1});
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        const bool refused = dualpipe_pool_run(pool, &(struct dualpipe_job){.argv = sleeper}, NULL,
                                               NULL) == -ECHILD &&
                             dualpipe_pool_next(pool, NULL, NULL, 0) == -ECHILD &&
                             dualpipe_pool_close(pool, DUALPIPE_POOL_CANCEL) == -ECHILD;

        _exit(refused ? 0 : 1);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect_eq(status, 0);
    cr_expect_eq(run_in(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))}).verdict,
                 DUALPIPE_OK);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

static const enum dualpipe_freshness levels[] = {
    DUALPIPE_FRESHNESS_SINGLE_USE,
    DUALPIPE_FRESHNESS_FRESH,
    DUALPIPE_FRESHNESS_VERIFIED,
};

/* Those that this user can have. */
static size_t level_count(void)
{
    return geteuid() == 0 || getenv("DUALPIPE_TEST_SECOND_UID") ? 3 : 2;
}

static void expect_level(struct dualpipe_pool *pool, const struct dualpipe_job *job,
                         enum dualpipe_freshness level)
{
    const struct dualpipe_result result = run_in(pool, job);

    cr_expect_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_expect_eq(result.freshness, level, "%s: %s", dualpipe_freshness_name(result.freshness),
                 result.freshness_note);
}

static struct dualpipe_job copying_job(char *output, size_t size)
{
    static char input[] = "abc";
    static const char *const echo[] = {PROGRAM("talk"), "echo", NULL};

    return (struct dualpipe_job){
        .argv = echo,
        .standard_input = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = input, .buffer_size = 3},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = output, .buffer_size = size},
    };
}

Test(pool, gives_boxes_of_the_level_that_was_asked_for)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});

        for (int times = 0; times < 4; times++) {
            char output[8] = "";
            const struct dualpipe_job job = copying_job(output, sizeof(output));

            expect_level(pool, &job, levels[i]);
            cr_expect_str_eq(output, "abc");
        }
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

/* What a pool shows is in every box, cannot be written, and is where jobs start; a
 * job that brings binds of its own gets a box of its own. */
Test(pool, shows_in_each_box_what_it_was_given)
{
    static const char *const list[] = {PROGRAM("attack"), "list", ".", NULL};
    char directory[] = "/tmp/dualpipe-test-XXXXXX";
    char file[64];
    struct dualpipe_bind bind = {.inside = "/shown"};
    struct dualpipe_policy *native = NULL;
    int fd;

    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(chmod(directory, 0755), 0);
    snprintf(file, sizeof(file), "%s/here", directory);
    fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    cr_assert_geq(fd, 0);
    close(fd);
    bind.host = directory;
    cr_assert_eq(dualpipe_policy_load(&native, "native", NULL), 0);
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool = open_pool((struct dualpipe_pool_options){
            .boxes = 1,
            .freshness = levels[i],
            .policy = native,
            .binds = &bind,
            .bind_count = 1,
            .directory = "/shown",
        });

        for (int times = 0; times < 3; times++) {
            char output[256] = "";
            struct dualpipe_job job = copying_job(output, sizeof(output));

            job.argv = list;
            expect_level(pool, &job, levels[i]);
            cr_expect(strstr(output, "here"), "%s", output);
        }
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
    dualpipe_policy_free(native);
    unlink(file);
    rmdir(directory);
}

Test(pool, refuses_verified_boxes_without_a_second_user)
{
    if (geteuid() == 0 || getenv("DUALPIPE_TEST_SECOND_UID"))
        cr_skip_test("this user has one");
    expect_refused(
        (struct dualpipe_pool_options){.boxes = 1, .freshness = DUALPIPE_FRESHNESS_VERIFIED},
        -EPERM);
}

/* Directories and files that are closed to all but the target's own uid. */
Test(pool, takes_out_a_tree_that_is_the_target_s_alone)
{
    struct dualpipe_policy *shell = NULL;

    cr_assert_eq(dualpipe_policy_load(&shell, "shell", NULL), 0);
    for (size_t i = 0; i < level_count(); i++) {
        char place[] = "/tmp/pool-tree-XXXXXX";
        char path[64];
        char text[16] = "";
        struct dualpipe_pool *pool = open_pool(
            (struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i], .policy = shell});
        int error = 1;
        int64_t skipped = -1;
        int directory;
        int fd;

        cr_assert(mkdtemp(place));
        directory = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        expect_level(
            pool,
            &(struct dualpipe_job){
                .argv = ARGV("/bin/sh", "-c",
                             "umask 077; mkdir -p d/e; echo deep >d/e/f; ln -s f d/e/link"),
                .collects =
                    &(struct dualpipe_collect){
                        .name = "d", .fd = directory, .error = &error, .skipped = &skipped},
                .collect_count = 1},
            levels[i]);
        cr_expect_eq(error, 0, "%s", strerror(-error));
        cr_expect_eq(skipped, 1);
        fd = openat(directory, "e/f", O_RDONLY | O_CLOEXEC);
        cr_expect_eq(read(fd, text, sizeof(text)), 5);
        cr_expect_str_eq(text, "deep\n");
        close(fd);
        unlinkat(directory, "e/f", 0);
        unlinkat(directory, "e", AT_REMOVEDIR);
        close(directory);
        snprintf(path, sizeof(path), "%s", place);
        cr_expect_eq(rmdir(path), 0);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
    dualpipe_policy_free(shell);
}

static volatile sig_atomic_t children_heard_of;

static void count_child(int number)
{
    (void)number;
    children_heard_of++;
}

Test(pool, is_not_seen_by_the_host_s_own_waiting)
{
    const struct sigaction action = {.sa_handler = count_child};

    cr_assert_eq(sigaction(SIGCHLD, &action, NULL), 0);
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 2, .freshness = levels[i]});

        expect_level(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))}, levels[i]);
        cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1);
        cr_expect_eq(errno, ECHILD);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
    cr_expect_eq(children_heard_of, 0);
}

/* Root's targets see a directory as their own; those of an ordinary user's second uid see
 * what all users may read, and a job that is to see more gets a new box. */
Test(pool, shows_a_second_uid_only_what_all_may_read)
{
    static const struct {
        mode_t mode;
        bool writable;
        enum dualpipe_freshness freshness;
    } rows[] = {
        {0755, false, DUALPIPE_FRESHNESS_VERIFIED},
        {0700, false, DUALPIPE_FRESHNESS_NEW},
        {0755, true, DUALPIPE_FRESHNESS_NEW},
    };
    char place[] = "/tmp/pool-bind-XXXXXX";
    struct dualpipe_policy *shell = NULL;

    if (geteuid() == 0 || !getenv("DUALPIPE_TEST_SECOND_UID"))
        cr_skip_test("an ordinary user with a second uid is wanted: second_uid.py");
    cr_assert(mkdtemp(place));
    cr_assert_eq(dualpipe_policy_load(&shell, "shell", NULL), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct dualpipe_bind bind = {
            .host = place, .inside = "/look", .writable = rows[i].writable};
        struct dualpipe_pool *pool;

        cr_assert_eq(chmod(place, rows[i].mode), 0);
        pool = open_pool((struct dualpipe_pool_options){.boxes = 1,
                                                        .freshness = DUALPIPE_FRESHNESS_VERIFIED,
                                                        .policy = shell,
                                                        .binds = &bind,
                                                        .bind_count = 1});
        expect_level(pool, &(struct dualpipe_job){.argv = ARGV("/bin/ls", "/look")},
                     rows[i].freshness);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
    dualpipe_policy_free(shell);
    cr_expect_eq(rmdir(place), 0);
}

/* A file goes in, is read, and another one comes out; the next run sees neither. */
Test(pool, puts_files_in_and_takes_files_out)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_policy *shell = NULL;
        struct dualpipe_pool *pool;
        int pipe_fds[2];
        int error = 1;
        char taken[16] = "";

        cr_assert_eq(dualpipe_policy_load(&shell, "shell", NULL), 0);
        pool = open_pool(
            (struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i], .policy = shell});
        cr_assert_eq(pipe(pipe_fds), 0);
        for (int times = 0; times < 2; times++) {
            expect_level(
                pool,
                &(struct dualpipe_job){
                    .argv = ARGV("/bin/sh", "-c",
                                 "test $(ls | wc -l) = 2 && tr a-c x-z <in/letters >out"),
                    .files =
                        &(struct dualpipe_file[]){{.name = "in/letters", .data = "abc", .size = 3},
                                                  {.name = "empty"}}[0],
                    .file_count = 2,
                    .collects = &(
                        struct dualpipe_collect){.name = "out", .fd = pipe_fds[1], .error = &error},
                    .collect_count = 1,
                    .limits.disk_bytes = DUALPIPE_MEBIBYTES(1 + times),
                },
                levels[i]);
            cr_expect_eq(error, 0);
            cr_assert_eq(read(pipe_fds[0], taken, sizeof(taken)), 3);
            cr_expect_str_eq(taken, "xyz");
            expect_level(
                pool,
                &(struct dualpipe_job){
                    .argv = ARGV("/bin/sh", "-c", "test -z \"$(ls -A /box; ls -A /tmp)\"")},
                levels[i]);
        }
        close(pipe_fds[0]);
        close(pipe_fds[1]);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
        dualpipe_policy_free(shell);
    }
}

Test(pool, joins_standard_error_to_standard_output)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});
        char output[4096];

        for (int times = 0; times < 2; times++) {
            struct dualpipe_result result =
                run_in(pool, &(struct dualpipe_job){
                                 .argv = ARGV(PROGRAM("talk"), "flood", "2", "1000"),
                                 .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                                                     .buffer = output,
                                                     .buffer_size = sizeof(output)},
                                 .standard_error.route = DUALPIPE_ROUTE_STDOUT,
                             });

            cr_expect_eq(result.usage.stdout_bytes, 1000, "%s", result.reason);
            cr_expect_eq(result.usage.stderr_bytes, 0);
        }
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

Test(pool, tells_why_an_exec_fails)
{
    struct dualpipe_policy *policy = NULL;

    /* "static" shows no loader. */
    cr_assert_eq(dualpipe_policy_load(&policy, "static", NULL), 0);
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool = open_pool(
            (struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i], .policy = policy});

        for (int times = 0; times < 2; times++) {
            struct dualpipe_error error = {0};

            cr_expect_eq(dualpipe_pool_run(pool,
                                           &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))},
                                           NULL, &error),
                         -ENOENT);
            cr_expect_eq(error.step, DUALPIPE_STEP_EXEC);
            cr_expect(strstr(error.advice, "loader"), "%s", error.advice);
        }
        cr_expect_eq(
            run_in(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop-static"))}).verdict,
            DUALPIPE_OK);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
    dualpipe_policy_free(policy);
}

static pid_t first_child_of(pid_t process)
{
    char path[64];
    DIR *tasks;
    const struct dirent *entry;
    pid_t found = 0;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    tasks = opendir(path);
    while (tasks && found == 0 && (entry = readdir(tasks))) {
        char name[300];
        char text[64] = "";
        int fd;

        snprintf(name, sizeof(name), "%s/%s/children", path, entry->d_name);
        fd = open(name, O_RDONLY | O_CLOEXEC);
        if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0)
            found = (pid_t)strtol(text, NULL, 10);
        if (fd >= 0)
            close(fd);
    }
    if (tasks)
        closedir(tasks);
    return found;
}

/* The keeper is our child, and the spawner is the keeper's, who reaps it: then all that
 * was in the box is gone, too. */
static bool kill_spawner(void)
{
    const pid_t keeper = first_child_of(getpid());
    const pid_t spawner = keeper > 0 ? first_child_of(keeper) : 0;

    if (spawner <= 0 || kill(spawner, SIGKILL) != 0)
        return false;
    while (kill(spawner, 0) == 0)
        usleep(200);
    return true;
}

Test(pool, replaces_a_box_that_was_killed_while_it_waited)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});
        const struct dualpipe_job job = {.argv = ARGV(PROGRAM("noop"))};

        expect_level(pool, &job, levels[i]);
        while (!kill_spawner())
            usleep(1000);
        cr_expect_eq(run_in(pool, &job).verdict, DUALPIPE_OK);
        expect_level(pool, &job, levels[i]);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

static void *kill_soon(void *argument)
{
    usleep(100000);
    while (!kill_spawner())
        usleep(1000);
    return argument;
}

Test(pool, tells_that_a_box_was_killed_under_a_job_and_goes_on)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});
        struct dualpipe_error error = {0};
        pthread_t thread;

        cr_assert_eq(pthread_create(&thread, NULL, kill_soon, NULL), 0);
        cr_expect_lt(dualpipe_pool_run(pool, &(struct dualpipe_job){.argv = sleeper}, NULL, &error),
                     0);
        pthread_join(thread, NULL);
        cr_expect_eq(error.step, DUALPIPE_STEP_SUPERVISE);
        cr_expect(error.retryable);
        expect_level(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))}, levels[i]);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

Test(pool, outlives_a_lack_of_descriptors)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});
        const struct dualpipe_job job = {.argv = ARGV(PROGRAM("noop"))};
        struct rlimit before;
        int worked = 0;

        cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
        expect_level(pool, &job, levels[i]);
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &(struct rlimit){12, before.rlim_max}), 0);
        for (int times = 0; times < 4; times++) {
            struct dualpipe_error error = {0};

            if (dualpipe_pool_run(pool, &job, NULL, &error) == 0)
                worked++;
            else
                cr_expect(error.retryable, "%s: %d", error.subject, error.errnum);
        }
        cr_expect_lt(worked, 4, "there were descriptors enough");
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        cr_expect_eq(run_in(pool, &job).verdict, DUALPIPE_OK);
        expect_level(pool, &job, levels[i]);
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

/* Ours are not among them, however the box was made. */
Test(pool, holds_processes_and_files_to_the_same_limits_at_each_level)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});

        for (int times = 0; times < 3; times++) {
            char output[64] = "";
            struct dualpipe_job job = {
                .argv = ARGV(PROGRAM("spend"), "threads"),
                .limits.processes = 7 + times,
                .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                                    .buffer = output,
                                    .buffer_size = sizeof(output) - 1},
            };
            char expected[64];

            expect_level(pool, &job, levels[i]);
            snprintf(expected, sizeof(expected), "%d %d\n", EAGAIN, 7 + times);
            cr_expect_str_eq(output, expected);
            memset(output, 0, sizeof(output));
            job.argv = ARGV(PROGRAM("spend"), "disk", "/box", "/tmp");
            job.limits = (struct dualpipe_limits){.disk_bytes = DUALPIPE_MEBIBYTES(1 + times)};
            expect_level(pool, &job, levels[i]);
            snprintf(expected, sizeof(expected), "%d %lld\n", ENOSPC,
                     (long long)DUALPIPE_MEBIBYTES(1 + times));
            cr_expect_str_eq(output, expected);
        }
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

static struct dualpipe_policy *load_text(const char *text)
{
    char path[] = "/tmp/dualpipe-pool-XXXXXX.policy";
    struct dualpipe_policy *policy = NULL;
    const int fd = mkstemps(path, 7);

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    cr_assert_eq(dualpipe_policy_load(&policy, path, NULL), 0);
    unlink(path);
    return policy;
}

/* What it says is what it says in a new box. */
static void expect_as_new(struct dualpipe_pool *pool, const struct dualpipe_policy *policy,
                          const struct dualpipe_job *job, enum dualpipe_freshness level)
{
    char expected[64] = "";
    char output[64] = "";
    struct dualpipe_job own = *job;

    own.policy = policy;
    own.standard_output = (struct dualpipe_stream){
        .route = DUALPIPE_ROUTE_BUFFER, .buffer = expected, .buffer_size = sizeof(expected) - 1};
    cr_assert_eq(dualpipe_run(&own, NULL, NULL), 0);
    own.standard_output.buffer = output;
    expect_level(pool, &own, level);
    cr_expect(expected[0]);
    cr_expect_str_eq(output, expected);
}

/* Each run finds it empty, and can fill it to the same byte and the same file. */
Test(pool, has_directories_with_a_size_of_their_own_at_each_level)
{
    struct dualpipe_policy *policy = load_text("use native\ndirectory /scratch 1M\n");
    const struct dualpipe_limits small = {.disk_bytes = DUALPIPE_MEBIBYTES(3)};
    const struct dualpipe_limits least = {.disk_bytes = DUALPIPE_MEBIBYTES(1)};

    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool = open_pool(
            (struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i], .policy = policy});
        struct dualpipe_job job = {.argv = ARGV(PROGRAM("spend"), "disk", "/scratch")};

        for (int times = 0; times < 2; times++) {
            job.argv = ARGV(PROGRAM("spend"), "disk", "/scratch");
            expect_as_new(pool, policy, &job, levels[i]);
            job.argv = ARGV(PROGRAM("spend"), "files", "/scratch");
            expect_as_new(pool, policy, &job, levels[i]);
            job.argv = ARGV(PROGRAM("spend"), "disk", "/scratch", "/tmp");
            job.limits = small;
            expect_as_new(pool, policy, &job, levels[i]);
            job.limits = least;
            expect_as_new(pool, policy, &job, levels[i]);
            job.limits = (struct dualpipe_limits){0};
        }
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
    dualpipe_policy_free(policy);
}

/* Where the policy gives more than the job's disk limit, nothing runs, as ever. */
Test(pool, refuses_a_disk_limit_that_the_directories_of_the_policy_exceed)
{
    struct dualpipe_policy *policy = load_text("use native\ndirectory /scratch 2M\n");
    struct dualpipe_pool *pool =
        open_pool((struct dualpipe_pool_options){.boxes = 1, .policy = policy});
    struct dualpipe_error error = {0};
    const struct dualpipe_job job = {.argv = ARGV(PROGRAM("noop")),
                                     .limits.disk_bytes = DUALPIPE_MEBIBYTES(1)};

    for (int times = 0; times < 2; times++) {
        cr_expect_lt(dualpipe_pool_run(pool, &job, NULL, &error), 0);
        cr_expect_eq(error.errnum, ENOSPC);
        cr_expect_str_eq(error.subject, "/scratch");
        expect_level(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))},
                     DUALPIPE_FRESHNESS_FRESH);
    }
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    dualpipe_policy_free(policy);
}

Test(pool, makes_boxes_for_one_run_where_targets_could_leave_something_behind)
{
    struct dualpipe_policy *policy = load_text("use native\nallow socket bind\n");
    struct dualpipe_pool *pool;
    struct dualpipe_result result;

    pool = open_pool((struct dualpipe_pool_options){.boxes = 1, .policy = policy});
    result = run_in(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("noop"))});
    cr_expect_eq(result.freshness, DUALPIPE_FRESHNESS_SINGLE_USE);
    cr_expect(result.freshness_note[0]);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    dualpipe_policy_free(policy);
}

Test(pool, tells_a_stack_that_may_not_grow_from_a_wild_pointer)
{
    for (size_t i = 0; i < level_count(); i++) {
        struct dualpipe_pool *pool =
            open_pool((struct dualpipe_pool_options){.boxes = 1, .freshness = levels[i]});

        for (int times = 0; times < 2; times++) {
            struct dualpipe_result result =
                run_in(pool, &(struct dualpipe_job){
                                 .argv = ARGV(PROGRAM("end"), "overflow-stack"),
                                 .limits.stack_bytes = DUALPIPE_MEBIBYTES(1),
                             });

            cr_expect_eq(result.verdict, DUALPIPE_MEMORY_LIMIT, "%s", result.reason);
            cr_expect_eq(result.memory_cause, DUALPIPE_MEMORY_STACK);
            result = run_in(pool, &(struct dualpipe_job){.argv = ARGV(PROGRAM("end"), "fault")});
            cr_expect_eq(result.verdict, DUALPIPE_SIGNALLED, "%s", result.reason);
            cr_expect_eq(result.freshness, levels[i]);
        }
        dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    }
}

/* Jobs of an interpreter that has started before them. */
static struct dualpipe_policy *python_policy(void)
{
    struct dualpipe_policy *policy = NULL;

    if (access("/usr/bin/python3", X_OK) != 0)
        cr_skip_test("needs Debian's python3");
    cr_assert_eq(dualpipe_policy_load(&policy, "python", NULL), 0);
    return policy;
}

static const char *const python_words[] = {"/usr/bin/python3", NULL};

Test(pool, forks_jobs_from_an_interpreter)
{
    struct dualpipe_policy *policy = python_policy();
    struct dualpipe_pool *pool = open_pool(
        (struct dualpipe_pool_options){.boxes = 1, .policy = policy, .interpreter = python_words});

    for (int i = 0; i < 4; i++) {
        struct dualpipe_result result = run_in(
            pool,
            &(struct dualpipe_job){.argv = ARGV("/usr/bin/python3", "-c", "raise SystemExit(7)")});

        cr_expect_eq(WEXITSTATUS(result.status), 7);
        cr_expect(result.warm, "%s", result.freshness_note);
        cr_expect(result.attested && result.exec_once);
        cr_expect_eq(result.freshness, DUALPIPE_FRESHNESS_FRESH);
    }
    cr_expect_not(
        run_in(pool, &(struct dualpipe_job){.argv = ARGV("/usr/bin/python3", "-V")}).warm);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    dualpipe_policy_free(policy);
}

Test(pool, refuses_an_interpreter_that_cannot_be_one)
{
    struct dualpipe_policy *policy = python_policy();
    static const char *const wrong[][3] = {{PROGRAM("end-static")}, {"/bin/true"}, {"/nowhere"}};

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const struct dualpipe_pool_options options = {
            .boxes = 1, .policy = policy, .interpreter = wrong[i]};
        struct dualpipe_pool *pool = NULL;
        struct dualpipe_error error = {0};

        cr_expect_lt(dualpipe_pool_open(&pool, &options, &error), 0, "%s", wrong[i][0]);
        cr_expect(error.step == DUALPIPE_STEP_PRELOAD || error.step == DUALPIPE_STEP_OPEN_PROGRAM);
    }
    if (geteuid() == 0)
        expect_refused((struct dualpipe_pool_options){.boxes = 1,
                                                      .policy = policy,
                                                      .freshness = DUALPIPE_FRESHNESS_VERIFIED,
                                                      .interpreter = python_words},
                       -EINVAL);
    dualpipe_policy_free(policy);
}
