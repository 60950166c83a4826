/* SPDX-License-Identifier: MIT */
/* stream_test.c - write, read, readline, end of input: the talk with a target. */
#include "checks.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEBIBYTE ((size_t)1 << 20)

TestSuite(write, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(read, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(readline, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(stderr, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(end_input, .timeout = 240, .init = checks_begin, .fini = checks_end);

/* A function target: all bytes upper-cased, until the end of the input. */
static int shout(void *argument)
{
    char piece[4096];
    ssize_t got;

    (void)argument;
    while ((got = read(0, piece, sizeof(piece))) > 0) {
        for (ssize_t i = 0; i < got; i++)
            if (piece[i] >= 'a' && piece[i] <= 'z')
                piece[i] = (char)(piece[i] - 'a' + 'A');
        if (write(1, piece, (size_t)got) != got)
            return 1;
    }
    return got == 0 ? 0 : 2;
}

/* Reads one byte, then ends. */
static int take_one(void *argument)
{
    char byte;

    (void)argument;
    return read(0, &byte, 1) == 1 ? 0 : 1;
}

static void fill(unsigned char *data, size_t size)
{
    uint32_t state = 12345;

    for (size_t i = 0; i < size; i++) {
        state = state * 1664525U + 1013904223U;
        data[i] = (unsigned char)(state >> 24);
    }
}

static void *room(size_t size)
{
    void *memory = malloc(size);

    cr_assert(memory);
    return memory;
}

static void write_text(struct dualpipe *pipe, const char *text)
{
    cr_assert_eq(dualpipe_write(pipe, text, strlen(text), LONG_US, NULL), 0);
}

Test(write, and_readline_talk_to_a_function)
{
    struct dualpipe *pipe = open_function(shout, NULL);

    write_text(pipe, "hello\n");
    expect_line(pipe, "HELLO\n");
    write_text(pipe, "wor");
    write_text(pipe, "ld\n");
    expect_line(pipe, "WORLD\n");
    close_as(pipe, DUALPIPE_OK);
}

Test(write, and_readline_talk_to_a_program_that_needs_no_libc)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){.argv = ARGV(PROGRAM("bare"))});

    write_text(pipe, "strict\n");
    expect_line(pipe, "STRICT\n");
    close_as(pipe, DUALPIPE_OK);
}

/* 10 MiB each way: neither pipe could hold it. */
Test(write, delivers_all_while_it_takes_in_the_answer)
{
    const size_t size = 10 * MEBIBYTE;
    unsigned char *sent = room(size);
    unsigned char *received = room(size);
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "echo"));
    size_t written = 0;

    fill(sent, size);
    cr_assert_eq(dualpipe_write(pipe, sent, size, LONG_US, &written), 0);
    cr_assert_eq(written, size);
    cr_assert_eq(dualpipe_end_input(pipe), 0);
    cr_assert_eq(read_all(pipe, (char *)received, size), size);
    cr_assert_eq(memcmp(sent, received, size), 0);
    cr_assert_eq(close_as(pipe, DUALPIPE_OK).usage.stdout_bytes, (int64_t)size);
    free(sent);
    free(received);
}

/* The same when the target floods both outputs before it reads on. */
Test(write, takes_in_error_output_too)
{
    const size_t size = 2 * MEBIBYTE;
    unsigned char *data = room(size);
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "both-full", "3000000"),
        .policy = native_policy(),
        .standard_error.route = DUALPIPE_ROUTE_PIPE,
    });
    char *output = room(3000000);
    ssize_t got;
    size_t errors = 0;

    fill(data, size);
    cr_expect_neq(dualpipe_write(pipe, data, size, DUALPIPE_SECONDS(2), NULL), 0,
                  "it does not read");
    cr_assert_eq(read_all(pipe, output, 3000000), 3000000);
    while ((got = dualpipe_read_stderr(pipe, output, 3000000, LONG_US)) > 0)
        errors += (size_t)got;
    cr_assert_eq(got, 0);
    cr_assert_eq(errors, 6000000);
    close_as(pipe, DUALPIPE_OK);
    free(data);
    free(output);
}

Test(write, says_when_no_more_output_can_be_kept_and_loses_none)
{
    const size_t size = 100 * MEBIBYTE;
    unsigned char *sent = room(size);
    unsigned char *received = room(size);
    size_t written = 0;
    size_t total;
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "echo"),
        .policy = native_policy(),
        .limits.output_bytes = DUALPIPE_UNLIMITED,
    });

    fill(sent, size);
    cr_assert_eq(dualpipe_write(pipe, sent, size, LONG_US, &written), -ENOBUFS);
    cr_assert_geq(written, 64 * MEBIBYTE);
    cr_assert_lt(written, size);
    dualpipe_end_input(pipe);
    total = read_all(pipe, (char *)received, size);
    cr_assert_eq(total, written);
    cr_assert_eq(memcmp(sent, received, total), 0);
    close_as(pipe, DUALPIPE_OK);
    free(sent);
    free(received);
}

Test(write, times_out_with_the_count_of_what_went_in)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "deaf"));
    char *data = room(4 * MEBIBYTE);
    const int64_t start = now_us();
    size_t written = 0;
    size_t more = 1;

    memset(data, 'x', 4 * MEBIBYTE);
    cr_assert_eq(dualpipe_write(pipe, data, 4 * MEBIBYTE, DUALPIPE_MILLISECONDS(200), &written),
                 -ETIMEDOUT);
    cr_assert_geq(now_us() - start, 200000);
    cr_assert_lt(now_us() - start, LONG_US);
    cr_assert_gt(written, 0);
    cr_assert_lt(written, 4 * MEBIBYTE);
    cr_assert_eq(dualpipe_write(pipe, data, 1, 0, &more), -ETIMEDOUT, "it is full");
    cr_assert_eq(more, 0);
    dualpipe_kill(pipe);
    close_as(pipe, DUALPIPE_CANCELLED);
    free(data);
}

Test(write, with_timeout_0_puts_in_what_there_is_room_for)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "echo"));
    size_t written = 0;

    cr_assert_eq(dualpipe_write(pipe, "now\n", 4, 0, &written), 0);
    cr_assert_eq(written, 4);
    expect_line(pipe, "now\n");
    close_as(pipe, DUALPIPE_OK);
}

Test(write, of_nothing_works)
{
    struct dualpipe *pipe = open_function(shout, NULL);
    size_t written = 1;

    cr_assert_eq(dualpipe_write(pipe, "", 0, 0, &written), 0);
    cr_assert_eq(written, 0);
    close_as(pipe, DUALPIPE_OK);
}

/* SIGPIPE's default action would end this process. */
static void expect_epipe(struct dualpipe *pipe)
{
    sigset_t before;
    sigset_t after;
    sigset_t pending;
    size_t written = 99;

    sigprocmask(SIG_BLOCK, NULL, &before);
    cr_assert_eq(dualpipe_write(pipe, "text", 4, LONG_US, &written), -EPIPE);
    cr_assert_eq(written, 0);
    sigprocmask(SIG_BLOCK, NULL, &after);
    sigpending(&pending);
    cr_assert_eq(sigismember(&before, SIGPIPE), sigismember(&after, SIGPIPE));
    cr_assert_not(sigismember(&pending, SIGPIPE));
}

Test(write, says_epipe_when_the_target_closed_its_input)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "no-input"));

    expect_line(pipe, "closed\n");
    expect_epipe(pipe);
    expect_epipe(pipe);
    dualpipe_kill(pipe);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(write, says_epipe_when_the_target_is_gone)
{
    struct dualpipe *pipe = open_function(take_one, NULL);

    write_text(pipe, "x");
    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    expect_epipe(pipe);
    close_as(pipe, DUALPIPE_OK);
}

Test(write, says_epipe_when_the_target_dies_in_the_middle)
{
    char *data = room(4 * MEBIBYTE);
    struct dualpipe *pipe = open_function(take_one, NULL);
    size_t written = 0;

    memset(data, 'x', 4 * MEBIBYTE);
    cr_assert_eq(dualpipe_write(pipe, data, 4 * MEBIBYTE, LONG_US, &written), -EPIPE);
    cr_assert_lt(written, 4 * MEBIBYTE);
    close_as(pipe, DUALPIPE_OK);
    free(data);
}

Test(write, says_epipe_after_the_end_of_the_input)
{
    struct dualpipe *pipe = open_function(shout, NULL);

    cr_assert_eq(dualpipe_end_input(pipe), 0);
    expect_epipe(pipe);
    close_as(pipe, DUALPIPE_OK);
}

Test(write, leaves_a_sigpipe_that_was_pending_before)
{
    struct dualpipe *pipe = open_function(shout, NULL);
    sigset_t set;
    sigset_t pending;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGPIPE);
    dualpipe_end_input(pipe);
    cr_assert_eq(dualpipe_write(pipe, "x", 1, LONG_US, NULL), -EPIPE);
    sigpending(&pending);
    cr_assert(sigismember(&pending, SIGPIPE), "it is not ours to take");
    close_as(pipe, DUALPIPE_OK);
}

Test(write, is_refused_where_the_input_does_not_lead_here)
{
    struct dualpipe *pipe = open_job(
        &(struct dualpipe_job){.function = shout, .standard_input.route = DUALPIPE_ROUTE_DISCARD});

    cr_assert_eq(dualpipe_write(pipe, "x", 1, LONG_US, NULL), -EBADF);
    close_as(pipe, DUALPIPE_OK);
}

Test(read, gives_what_there_is_and_no_more_than_was_asked_for)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "say", "1", "abcdef"));
    char data[16] = "";

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(dualpipe_read(pipe, data, 2, LONG_US), 2);
    cr_assert_eq(dualpipe_read(pipe, data + 2, sizeof(data) - 2, LONG_US), 4);
    cr_assert_str_eq(data, "abcdef");
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), LONG_US), 0);
    close_as(pipe, DUALPIPE_OK);
}

Test(read, with_timeout_0_does_not_wait)
{
    struct dualpipe *pipe = open_function(shout, NULL);
    char data[8];

    for (int i = 0; i < 1000; i++)
        cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), 0), -ETIMEDOUT);
    write_text(pipe, "x");
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), LONG_US), 1);
    cr_assert_eq(data[0], 'X');
    close_as(pipe, DUALPIPE_OK);
}

Test(read, waits_as_long_as_it_was_told)
{
    struct dualpipe *pipe = open_function(shout, NULL);
    const int64_t start = now_us();
    char data[8];

    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), DUALPIPE_MILLISECONDS(150)), -ETIMEDOUT);
    cr_assert_geq(now_us() - start, 150000);
    cr_assert_lt(now_us() - start, LONG_US);
    close_as(pipe, DUALPIPE_OK);
}

Test(read, tells_the_end_from_nothing_yet)
{
    struct dualpipe *pipe = open_function(shout, NULL);
    char data[8];

    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), 0), -ETIMEDOUT);
    dualpipe_end_input(pipe);
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), LONG_US), 0);
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), 0), 0, "and it stays so");
    cr_assert_eq(dualpipe_readline(pipe, data, sizeof(data), DUALPIPE_FOREVER), 0);
    close_as(pipe, DUALPIPE_OK);
}

Test(read, sees_the_end_when_the_target_closes_its_output_and_lives_on)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "no-pipes"));
    char data[8];

    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), LONG_US), 0);
    cr_assert_eq(dualpipe_wait(pipe, 0), -ETIMEDOUT, "it lives");
    dualpipe_kill(pipe);
    close_as(pipe, DUALPIPE_CANCELLED);
}

Test(read, changes_no_byte)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "bytes"));
    unsigned char data[600];

    cr_assert_eq(read_all(pipe, (char *)data, sizeof(data)), 512);
    for (int i = 0; i < 256; i++) {
        cr_assert_eq(data[i], i);
        cr_assert_eq(data[256 + i], (256 - i) % 256);
    }
    close_as(pipe, DUALPIPE_OK);
}

Test(read, gives_what_was_written_before_a_death)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "flood", "1", "100000"));
    char *data = room(100001);

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(read_all(pipe, data, 100001), 100000);
    close_as(pipe, DUALPIPE_OK);
    free(data);
}

Test(read, refuses_sizes_that_make_no_sense)
{
    struct dualpipe *pipe = open_function(shout, NULL);
    char data[8];

    cr_assert_eq(dualpipe_read(pipe, data, 0, 0), -EINVAL);
    cr_assert_eq(dualpipe_read(pipe, data, (size_t)SSIZE_MAX + 1, 0), -EINVAL);
    cr_assert_eq(dualpipe_readline(pipe, data, 0, 0), -EINVAL);
    cr_assert_eq(dualpipe_readline(pipe, data, 1, 0), -EINVAL);
    close_as(pipe, DUALPIPE_OK);
}

Test(read, is_refused_where_the_output_does_not_lead_here)
{
    struct dualpipe *pipe = open_job(
        &(struct dualpipe_job){.function = shout, .standard_output.route = DUALPIPE_ROUTE_DISCARD});
    char data[8];

    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), 0), -EBADF);
    cr_assert_eq(dualpipe_readline(pipe, data, sizeof(data), 0), -EBADF);
    cr_assert_eq(dualpipe_read_stderr(pipe, data, sizeof(data), 0), -EBADF);
    close_as(pipe, DUALPIPE_OK);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
    (void)number;
    alarms = alarms + 1;
}

Test(read, goes_on_after_a_signal)
{
    struct sigaction action = {.sa_handler = on_alarm};
    struct dualpipe *pipe = open_function(shout, NULL);
    const int64_t start = now_us();
    char data[8];

    cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
    ualarm(20000, 20000);
    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), DUALPIPE_MILLISECONDS(300)), -ETIMEDOUT);
    cr_assert_geq(now_us() - start, 300000);
    ualarm(0, 0);
    cr_assert_gt(alarms, 0);
    close_as(pipe, DUALPIPE_OK);
}

Test(readline, keeps_half_a_line_after_a_timeout)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "half"));
    char line[64] = "untouched";

    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), DUALPIPE_MILLISECONDS(300)),
                 -ETIMEDOUT);
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), 0), -ETIMEDOUT);
    cr_assert_str_eq(line, "untouched");
    write_text(pipe, "x");
    expect_line(pipe, "first half\n");
    expect_line(pipe, "second\n");
    close_as(pipe, DUALPIPE_OK);
}

Test(readline, gives_a_long_line_in_pieces)
{
    struct dualpipe *pipe =
        open_program(ARGV(PROGRAM("talk"), "say", "1", "abcdefgh\nxy\n", "1", "123\n"));
    char line[5];

    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 4);
    cr_assert_str_eq(line, "abcd");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 4);
    cr_assert_str_eq(line, "efgh");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 1);
    cr_assert_str_eq(line, "\n");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 3);
    cr_assert_str_eq(line, "xy\n");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 4, "it fits exactly");
    cr_assert_str_eq(line, "123\n");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 0);
    close_as(pipe, DUALPIPE_OK);
}

Test(readline, tells_lengths_where_there_are_nul_bytes_and_no_last_newline)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "lines"));
    char line[64];

    expect_line(pipe, "one\n");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 5);
    cr_assert_eq(memcmp(line, "a\0b\0\n", 6), 0);
    expect_line(pipe, "\n");
    expect_line(pipe, "last");
    cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 0);
    close_as(pipe, DUALPIPE_OK);
}

Test(readline, and_read_share_one_stream_without_loss_or_repetition)
{
    struct dualpipe *pipe =
        open_program(ARGV(PROGRAM("talk"), "say", "1", "first\nsecond\nthird\n"));
    char data[8];

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(dualpipe_read(pipe, data, 3, LONG_US), 3);
    cr_assert_eq(memcmp(data, "fir", 3), 0);
    expect_line(pipe, "st\n");
    cr_assert_eq(dualpipe_read(pipe, data, 2, LONG_US), 2);
    cr_assert_eq(memcmp(data, "se", 2), 0);
    expect_line(pipe, "cond\n");
    expect_line(pipe, "third\n");
    close_as(pipe, DUALPIPE_OK);
}

Test(readline, takes_a_line_of_many_megabytes)
{
    const size_t size = 8 * MEBIBYTE;
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "flood", "1", "8000000"));
    char *line = room(size);

    cr_assert_eq(dualpipe_readline(pipe, line, size, LONG_US), 8000000);
    cr_assert_eq(strlen(line), 8000000);
    close_as(pipe, DUALPIPE_OK);
    free(line);
}

Test(readline, takes_many_lines_that_came_at_once)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "echo"));
    char *text = room(200000);
    char line[16];

    for (int i = 0; i < 20000; i++)
        snprintf(text + (size_t)i * 7, 8, "%06d\n", i);
    cr_assert_eq(dualpipe_write(pipe, text, 140000, LONG_US, NULL), 0);
    for (int i = 0; i < 20000; i++) {
        cr_assert_eq(dualpipe_readline(pipe, line, sizeof(line), LONG_US), 7);
        cr_assert_eq(atoi(line), i);
    }
    close_as(pipe, DUALPIPE_OK);
    free(text);
}

Test(stderr, is_a_stream_of_its_own)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "say", "2", "to-error", "1", "to-output\n"),
        .policy = native_policy(),
        .standard_error.route = DUALPIPE_ROUTE_PIPE,
    });
    char data[32] = "";
    struct dualpipe_result result;

    expect_line(pipe, "to-output\n");
    cr_assert_eq(dualpipe_read_stderr(pipe, data, sizeof(data), LONG_US), 8);
    cr_assert_str_eq(data, "to-error");
    cr_assert_eq(dualpipe_read_stderr(pipe, data, sizeof(data), LONG_US), 0);
    result = close_as(pipe, DUALPIPE_OK);
    cr_assert_eq(result.usage.stdout_bytes, 10);
    cr_assert_eq(result.usage.stderr_bytes, 8);
}

Test(stderr, joins_the_output_in_the_order_of_writing)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "say", "1", "a", "2", "b", "1", "c", "2", "d\n"),
        .policy = native_policy(),
        .standard_error.route = DUALPIPE_ROUTE_STDOUT,
    });
    char data[8];

    expect_line(pipe, "abcd\n");
    cr_assert_eq(dualpipe_read_stderr(pipe, data, sizeof(data), 0), -EBADF);
    cr_assert_eq(close_as(pipe, DUALPIPE_OK).usage.stdout_bytes, 5);
}

Test(stderr, is_discarded_unless_asked_for_and_counted)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "say", "2", "lost", "1", "kept\n"));

    expect_line(pipe, "kept\n");
    cr_assert_eq(close_as(pipe, DUALPIPE_OK).usage.stderr_bytes, 4);
}

Test(stderr, that_nobody_wants_does_not_block_the_target)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "flood", "2", "20000000"));

    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(close_as(pipe, DUALPIPE_OK).usage.stderr_bytes, 20000000);
}

Test(stderr, is_passed_on_to_a_descriptor)
{
    int ends[2];
    char data[16] = "";
    struct dualpipe *handle;

    cr_assert_eq(pipe(ends), 0);
    handle = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "say", "2", "passed on", "1", "x\n"),
        .policy = native_policy(),
        .standard_error = {.route = DUALPIPE_ROUTE_FD, .fd = ends[1]},
    });
    expect_line(handle, "x\n");
    cr_assert_eq(read(ends[0], data, sizeof(data)), 9);
    cr_assert_str_eq(data, "passed on");
    close_as(handle, DUALPIPE_OK);
    close(ends[0]);
    close(ends[1]);
}

Test(stderr, is_kept_in_a_buffer)
{
    char data[8] = "";
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "say", "2", "12345678901234567890", "1", "x\n"),
        .policy = native_policy(),
        .standard_error = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = data, .buffer_size = 7},
    });

    expect_line(pipe, "x\n");
    cr_assert_eq(close_as(pipe, DUALPIPE_OK).usage.stderr_bytes, 20);
    cr_assert_str_eq(data, "1234567");
}

Test(end_input, lets_the_target_see_the_end_and_its_answer_come)
{
    struct dualpipe *pipe = open_program(ARGV(PROGRAM("talk"), "count"));

    write_text(pipe, "12345");
    cr_assert_eq(dualpipe_end_input(pipe), 0);
    expect_line(pipe, "5\n");
    close_as(pipe, DUALPIPE_OK);
}

Test(end_input, twice_or_late_is_harmless)
{
    struct dualpipe *pipe = open_function(shout, NULL);

    cr_assert_eq(dualpipe_end_input(pipe), 0);
    cr_assert_eq(dualpipe_end_input(pipe), 0);
    cr_assert_eq(dualpipe_wait(pipe, LONG_US), 0);
    cr_assert_eq(dualpipe_end_input(pipe), 0);
    close_as(pipe, DUALPIPE_OK);
}
