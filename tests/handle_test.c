/* SPDX-License-Identifier: MIT */
/* handle_test.c - a handle's life: kill, wait, close, many of them at once. */
#include "checks.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(kill, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(close, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(descriptor, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(wait, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(handles, .timeout = 240, .init = checks_begin, .fini = checks_end);

static int echo(void *argument)
{
    char piece[256];
    ssize_t got;

    (void)argument;
    while ((got = read(0, piece, sizeof(piece))) > 0)
        if (write(1, piece, (size_t)got) != got)
            return 1;
    return 0;
}

static int spin(void *argument)
{
    volatile unsigned long work = 0;

    (void)argument;
    for (;;)
        work = work + 1;
    return 0;
}

static int give(void *argument)
{
    return *(const int *)argument;
}

static struct dualpipe *open_unlimited(const char *const *argv)
{
    return open_job(&(struct dualpipe_job){
        .argv = argv,
        .policy = native_policy(),
        .limits = {.cpu_us = DUALPIPE_UNLIMITED,
                   .wall_us = DUALPIPE_UNLIMITED,
                   .output_bytes = DUALPIPE_UNLIMITED},
    });
}

static void *kill_soon(void *pipe)
{
    usleep(100000);
    cr_assert_eq(dualpipe_kill(pipe), 0);
    return NULL;
}

Test(kill, from_another_thread_ends_a_read_that_waits_for_ever)
{
    struct dualpipe *pipe = open_unlimited(ARGV(PROGRAM("talk"), "silent"));
    pthread_t thread;
    char data[8];

    cr_assert_eq(pthread_create(&thread, NULL, kill_soon, pipe), 0);
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), DUALPIPE_FOREVER), 0);
    pthread_join(thread, NULL);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(kill, from_another_thread_ends_a_write_that_waits_for_ever)
{
    static char data[1 << 20];
    struct dualpipe *pipe = open_unlimited(ARGV(PROGRAM("talk"), "silent"));
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, kill_soon, pipe), 0);
    cr_assert_eq(dualpipe_write(pipe, data, sizeof(data), DUALPIPE_FOREVER, NULL), -EPIPE);
    pthread_join(thread, NULL);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(kill, from_another_thread_ends_a_wait)
{
    struct dualpipe *pipe = open_unlimited(ARGV(PROGRAM("talk"), "stubborn"));
    pthread_t thread;

    expect_line(pipe, "ready\n");
    cr_assert_eq(pthread_create(&thread, NULL, kill_soon, pipe), 0);
    cr_assert_eq(dualpipe_wait(pipe, DUALPIPE_FOREVER), 0);
    pthread_join(thread, NULL);
    close_as(pipe, DUALPIPE_CANCELLED);
}

static struct dualpipe *to_kill;

static void on_alarm(int number)
{
    (void)number;
    errno = 77;
    dualpipe_kill(to_kill);
    if (errno != 77)
        _exit(1);
}

Test(kill, works_in_a_signal_handler)
{
    struct sigaction action = {.sa_handler = on_alarm};
    char data[8];

    to_kill = open_unlimited(ARGV(PROGRAM("talk"), "silent"));
    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    ualarm(100000, 0);
    cr_assert_eq(dualpipe_read(to_kill, data, sizeof(data), DUALPIPE_FOREVER), 0);
    close_as(to_kill, DUALPIPE_CANCELLED);
}

Test(kill, twice_is_harmless)
{
    struct dualpipe *pipe = open_unlimited(ARGV(PROGRAM("talk"), "silent"));

    for (int i = 0; i < 1000; i++)
        cr_assert_eq(dualpipe_kill(pipe), 0);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(kill, too_late_changes_no_verdict)
{
    int code = 5;
    struct dualpipe *pipe = open_function(give, &code);
    struct dualpipe_result result;

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(dualpipe_kill(pipe), 0);
    result = close_as(pipe, DUALPIPE_NONZERO_EXIT);
    cr_assert(WIFEXITED(result.status) && WEXITSTATUS(result.status) == 5);
}

Test(kill, leaves_the_status_of_a_killed_process)
{
    struct dualpipe *pipe = open_function(spin, NULL);
    struct dualpipe_result result;

    dualpipe_kill(pipe);
    result = close_as(pipe, DUALPIPE_CANCELLED);
    cr_assert(result.has_status);
    cr_assert(WIFSIGNALED(result.status) && WTERMSIG(result.status) == SIGKILL);
}

Test(close, of_nothing_does_nothing)
{
    cr_assert_eq(dualpipe_close(NULL, NULL), 0);
    cr_assert_eq(dualpipe_close_error(NULL, NULL, NULL), 0);
    dualpipe_policy_free(NULL);
}

Test(close, gives_pid_status_and_usage)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("spend"), "busy", "200"));
    const pid_t pid = dualpipe_pid(pipe);
    struct dualpipe_result result;

    cr_assert_gt(pid, 1);
    result = close_as(pipe, DUALPIPE_OK);
    cr_assert_eq(result.pid, pid);
    cr_assert(result.has_status);
    cr_assert_eq(result.status, 0);
    cr_assert_eq(result.size, sizeof(result));
    cr_assert_geq(result.usage.cpu_us, 190000, "%ld", (long)result.usage.cpu_us);
    cr_assert_lt(result.usage.cpu_us, 2000000);
    cr_assert_eq(result.usage.cpu_us, result.usage.user_us + result.usage.system_us);
    cr_assert_geq(result.usage.wall_us, result.usage.cpu_us - 20000);
    cr_assert_gt(result.usage.setup_us, 0);
    cr_assert_lt(result.usage.setup_us, LONG_US);
    cr_assert_gt(result.usage.memory_peak_bytes, 100000);
    cr_assert_lt(result.usage.memory_peak_bytes, 64 << 20);
    cr_assert(result.attested);
    cr_assert(result.exec_once);
    cr_assert_str_eq(result.policy_name, "native");
    cr_assert_eq(strlen(result.policy_sha256), 64);
    cr_assert_eq(strlen(result.filter_sha256), 64);
    cr_assert(result.cpu_source);
}

Test(close, reports_every_layer_that_is_required_as_on)
{
    struct dualpipe_result result = close_as(open_program(ARGV(PROGRAM("noop"))), DUALPIPE_OK);

    for (int i = 0; i < DUALPIPE_LAYER_COUNT; i++)
        if (i != DUALPIPE_LAYER_CGROUP)
            cr_expect_eq(result.layers[i].state, DUALPIPE_LAYER_ON, "%s: %s",
                         dualpipe_layer_name((enum dualpipe_layer)i), result.layers[i].note);
}

Test(close, fills_no_more_than_the_caller_has_room_for)
{
    struct dualpipe_result result;
    const size_t size = offsetof(struct dualpipe_result, usage);

    memset(&result, 0x5a, sizeof(result));
    result.size = size;
    cr_assert_eq(dualpipe_close(open_function(echo, NULL), &result), 0);
    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_eq(result.size, size);
    for (size_t i = size; i < sizeof(result); i++)
        cr_assert_eq(((unsigned char *)&result)[i], 0x5a);
}

/* The end of its output is seen a moment before the end of the run. */
Test(close, comes_at_the_very_moment_of_the_end)
{
    for (int i = 0; i < 200; i++) {
        struct dualpipe *pipe = open_job(&(struct dualpipe_job){.function = echo});
        struct dualpipe_result result = {0};
        char byte;

        cr_assert_eq(dualpipe_end_input(pipe), 0);
        cr_assert_eq(dualpipe_read(pipe, &byte, 1, LONG_US), 0);
        cr_assert_eq(dualpipe_close(pipe, &result), 0);
        cr_assert_eq(result.verdict, DUALPIPE_OK);
    }
}

Test(close, works_without_a_result)
{
    cr_assert_eq(dualpipe_close(open_function(echo, NULL), NULL), 0);
}

Test(close, right_after_open_works)
{
    for (int i = 0; i < 50; i++)
        close_as(open_function(echo, NULL), DUALPIPE_OK);
}

static void close_within(const char *const *argv, int64_t bound_us, enum dualpipe_verdict verdict)
{
    struct dualpipe *pipe = open_unlimited(argv);
    const int64_t start = now_us();

    close_as(pipe, verdict);
    cr_assert_lt(now_us() - start, bound_us);
}

Test(close, ends_a_silent_target_without_limits)
{
    close_within(ARGV(PROGRAM("talk"), "silent"), LONG_US, DUALPIPE_CANCELLED);
}

Test(close, ends_a_target_that_ignores_everything)
{
    close_within(ARGV(PROGRAM("talk"), "stubborn"), LONG_US, DUALPIPE_CANCELLED);
}

Test(close, ends_a_target_that_closed_its_pipes)
{
    close_within(ARGV(PROGRAM("talk"), "no-pipes"), LONG_US, DUALPIPE_CANCELLED);
}

Test(close, ends_a_target_that_floods_without_limits)
{
    close_within(ARGV(PROGRAM("talk"), "flood", "1"), LONG_US, DUALPIPE_CANCELLED);
    close_within(ARGV(PROGRAM("talk"), "flood", "2"), LONG_US, DUALPIPE_CANCELLED);
    close_within(ARGV(PROGRAM("talk"), "alternate"), LONG_US, DUALPIPE_CANCELLED);
}

Test(close, ends_a_target_that_never_reads_a_full_pipe)
{
    static char data[1 << 20];
    struct dualpipe *pipe = open_unlimited(ARGV(PROGRAM("talk"), "deaf"));

    cr_assert_eq(dualpipe_write(pipe, data, sizeof(data), DUALPIPE_MILLISECONDS(100), NULL),
                 -ETIMEDOUT);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(close, waits_for_a_target_that_works_within_the_grace)
{
    close_within(ARGV(PROGRAM("spend"), "busy", "30"), LONG_US, DUALPIPE_OK);
}

Test(close, counts_what_it_reads_away)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "flood", "1", "5000000"));

    cr_assert_eq(close_as(pipe, DUALPIPE_OK).usage.stdout_bytes, 5000000);
}

Test(close, leaves_it_to_the_limits_where_there_are_some)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "silent"),
        .policy = native_policy(),
        .limits.wall_us = DUALPIPE_MILLISECONDS(1500),
    });

    close_as(pipe, DUALPIPE_WALL_LIMIT);
    pipe = open_job(&(struct dualpipe_job){
        .function = spin,
        .limits.cpu_us = DUALPIPE_MILLISECONDS(300),
        .limits.wall_us = LONG_US,
    });
    close_as(pipe, DUALPIPE_TIME_LIMIT);
    pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "1"),
        .policy = native_policy(),
        .limits.output_bytes = 1 << 20,
    });
    close_as(pipe, DUALPIPE_OUTPUT_LIMIT);
}

Test(close, returns_when_a_descriptor_of_the_callers_is_full_for_ever)
{
    int ends[2];
    struct dualpipe *handle;

    cr_assert_eq(pipe(ends), 0);
    handle = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "2", "1000000"),
        .policy = native_policy(),
        .limits.wall_us = DUALPIPE_SECONDS(1),
        .standard_error = {.route = DUALPIPE_ROUTE_FD, .fd = ends[1]},
    });
    close_as(handle, DUALPIPE_WALL_LIMIT);
    close(ends[0]);
    close(ends[1]);
}

/* The limits hold while the caller is elsewhere. */
Test(wait, is_not_needed_for_limits_to_hold)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .function = spin,
        .limits.wall_us = DUALPIPE_MILLISECONDS(200),
    });
    const int descriptor = dualpipe_descriptor(pipe);
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    struct dualpipe_result result;

    cr_assert_eq(poll(&wait, 1, 20000), 1);
    result = close_as(pipe, DUALPIPE_WALL_LIMIT);
    cr_assert_lt(result.usage.wall_us, LONG_US);
}

Test(wait, times_out_and_then_succeeds)
{
    struct dualpipe *pipe = open_function(echo, NULL);

    cr_assert_eq(dualpipe_wait(pipe, 0), -ETIMEDOUT);
    cr_assert_eq(dualpipe_wait(pipe, DUALPIPE_MILLISECONDS(50)), -ETIMEDOUT);
    dualpipe_end_input(pipe);
    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(dualpipe_wait(pipe, 0), 0);
    close_as(pipe, DUALPIPE_OK);
}

Test(wait, keeps_the_output_for_later)
{
    static char data[3000001];
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "flood", "1", "3000000"));

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(read_all(pipe, data, sizeof(data)), 3000000);
    close_as(pipe, DUALPIPE_OK);
}

Test(wait, says_when_no_more_output_can_be_kept)
{
    struct dualpipe *pipe = open_unlimited(ARGV(PROGRAM("talk"), "flood", "1"));

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), -ENOBUFS);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(descriptor, is_readable_when_output_is_there_or_the_run_is_over)
{
    struct dualpipe *pipe = open_function(echo, NULL);
    struct pollfd wait = {.fd = dualpipe_descriptor(pipe), .events = POLLIN};
    char data[8];

    cr_assert_gt(wait.fd, 2);
    cr_assert_eq(dualpipe_descriptor(pipe), wait.fd, "there is one");
    cr_assert_eq(poll(&wait, 1, 0), 0);
    cr_assert_eq(dualpipe_write(pipe, "abc", 3, LONG_US, NULL), 0);
    cr_assert_eq(poll(&wait, 1, 20000), 1);
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), 0), 3);
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), 0), -ETIMEDOUT);
    cr_assert_eq(poll(&wait, 1, 0), 0);
    dualpipe_end_input(pipe);
    cr_assert_eq(poll(&wait, 1, 20000), 1);
    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(poll(&wait, 1, 0), 1);
    close_as(pipe, DUALPIPE_OK);
}

Test(descriptor, wakes_for_error_output_too)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "2", "1"),
        .policy = native_policy(),
        .standard_error.route = DUALPIPE_ROUTE_PIPE,
    });
    struct pollfd wait = {.fd = dualpipe_descriptor(pipe), .events = POLLIN};

    cr_assert_eq(poll(&wait, 1, 20000), 1);
    close_as(pipe, DUALPIPE_OK);
}

Test(descriptor, tells_the_end_where_no_stream_leads_here)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("noop")),
        .policy = native_policy(),
        .standard_input.route = DUALPIPE_ROUTE_DISCARD,
        .standard_output.route = DUALPIPE_ROUTE_DISCARD,
    });
    struct pollfd wait = {.fd = dualpipe_descriptor(pipe), .events = POLLIN};

    cr_assert_eq(poll(&wait, 1, 20000), 1);
    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    close_as(pipe, DUALPIPE_OK);
}

#define MANY 40

static int ready_one(const struct pollfd *waits)
{
    for (int i = 0; i < MANY; i++)
        if (waits[i].revents)
            return i;
    return -1;
}

Test(descriptor, serves_many_handles_in_one_poll)
{
    struct dualpipe *pipes[MANY];
    struct pollfd waits[MANY];

    for (int i = 0; i < MANY; i++) {
        pipes[i] = open_function(echo, NULL);
        waits[i] = (struct pollfd){.fd = dualpipe_descriptor(pipes[i]), .events = POLLIN};
    }
    for (int i = 0; i < MANY; i++) {
        const int which = i * 17 % MANY;
        char text[16];

        snprintf(text, sizeof(text), "%d\n", which);
        cr_assert_eq(dualpipe_write(pipes[which], text, strlen(text), LONG_US, NULL), 0);
        cr_assert_eq(poll(waits, MANY, 20000), 1);
        cr_assert_eq(ready_one(waits), which);
        expect_line(pipes[which], text);
        cr_assert_eq(poll(waits, MANY, 0), 0);
    }
    for (int i = 0; i < MANY; i++)
        close_as(pipes[i], DUALPIPE_OK);
}

static void *talk(void *argument)
{
    for (int i = 0; i < 25; i++) {
        struct dualpipe *pipe = NULL;
        struct dualpipe_result result = {0};
        char line[16] = "";

        if (dualpipe_open(&pipe, &(struct dualpipe_job){.function = echo}, NULL) < 0)
            return "cannot open";
        if (dualpipe_write(pipe, "x\n", 2, LONG_US, NULL) < 0 ||
            dualpipe_readline(pipe, line, sizeof(line), LONG_US) != 2)
            return "cannot talk";
        if (dualpipe_close(pipe, &result) < 0 || result.verdict != DUALPIPE_OK)
            return "wrong end";
    }
    return argument;
}

Test(handles, of_different_threads_do_not_meet)
{
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, talk, NULL), 0);
    for (int i = 0; i < 8; i++) {
        void *failure;

        pthread_join(threads[i], &failure);
        cr_assert_null(failure, "%s", (const char *)failure);
    }
}

/* A target holds no end of another one's pipes: each sees its own end of input. */
Test(handles, that_are_open_at_once_do_not_hold_each_others_pipes)
{
    struct dualpipe *pipes[8];
    char data[8];

    for (int i = 0; i < 8; i++)
        pipes[i] = open_function(echo, NULL);
    for (int i = 0; i < 8; i++) {
        dualpipe_end_input(pipes[i]);
        cr_assert_eq(dualpipe_read(pipes[i], data, sizeof(data), LONG_US), 0);
    }
    for (int i = 0; i < 8; i++)
        close_as(pipes[i], DUALPIPE_OK);
}
