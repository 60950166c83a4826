/* SPDX-License-Identifier: MIT */
/* run_test.c - a run in one call: streams, limits, files, verdicts. */
#include "checks.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(run, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(output_limit, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(files, .timeout = 240, .init = checks_begin, .fini = checks_end);
TestSuite(verdicts, .timeout = 240, .init = checks_begin, .fini = checks_end);

#define BUFFER(memory)                                                                             \
    {                                                                                              \
        .route = DUALPIPE_ROUTE_BUFFER, .buffer = (memory), .buffer_size = sizeof(memory)          \
    }
#define TEXT(text)                                                                                 \
    {                                                                                              \
        .route = DUALPIPE_ROUTE_BUFFER, .buffer = (text), .buffer_size = strlen(text)              \
    }

static int give(void *argument)
{
    return *(const int *)argument;
}

static int call_getpid(void *argument)
{
    (void)argument;
    return getpid() > 0 ? 0 : 1;
}

static int spin(void *argument)
{
    volatile unsigned long work = 0;

    (void)argument;
    for (;;)
        work = work + 1;
    return 0;
}

Test(run, takes_input_from_a_buffer_and_puts_output_into_one)
{
    char input[] = "in and out";
    char output[64] = "";
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("bare")),
        .standard_input = TEXT(input),
        .standard_output = BUFFER(output),
    });

    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_assert_str_eq(output, "IN AND OUT");
    cr_assert_eq(result.usage.stdout_bytes, 10);
}

Test(run, keeps_what_the_buffers_hold_and_counts_the_rest)
{
    char output[10];
    char errors[5];
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "say", "1", "0123456789abcdef", "2", "ABCDEFGH", "1", "x"),
        .policy = native_policy(),
        .standard_output = BUFFER(output),
        .standard_error = BUFFER(errors),
    });

    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_eq(memcmp(output, "0123456789", 10), 0);
    cr_assert_eq(memcmp(errors, "ABCDE", 5), 0);
    cr_assert_eq(result.usage.stdout_bytes, 17);
    cr_assert_eq(result.usage.stderr_bytes, 8);
    cr_assert_not(result.output_truncated, "that is the limit's word");
}

Test(run, gives_end_of_file_and_swallows_output_by_default)
{
    struct dualpipe_result result = run_job(
        &(struct dualpipe_job){.argv = ARGV(PROGRAM("talk"), "count"), .policy = native_policy()});

    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_eq(result.usage.stdout_bytes, 2);
}

Test(run, pumps_a_large_input_from_memory)
{
    const size_t size = 20 << 20;
    char *input = malloc(size);
    char output[32] = "";
    struct dualpipe_result result;

    cr_assert(input);
    memset(input, 'x', size);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "count"),
        .policy = native_policy(),
        .standard_input = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = input, .buffer_size = size},
        .standard_output = BUFFER(output),
    });
    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_str_eq(output, "20971520\n");
    free(input);
}

Test(run, does_not_wait_for_input_that_nobody_reads)
{
    static char input[4 << 20];
    int code = 3;
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .function = give, .argument = &code, .standard_input = BUFFER(input)});

    cr_assert_eq(result.verdict, DUALPIPE_NONZERO_EXIT);
    cr_assert_eq(WEXITSTATUS(result.status), 3);
}

Test(run, hands_over_a_regular_file_from_where_its_offset_is)
{
    char output[64] = "";
    int fd = memfd_create("input", MFD_CLOEXEC);
    struct dualpipe_result result;

    cr_assert_eq(write(fd, "skipped, read", 13), 13);
    cr_assert_eq(lseek(fd, 9, SEEK_SET), 9);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "echo"),
        .policy = native_policy(),
        .standard_input = {.route = DUALPIPE_ROUTE_FD, .fd = fd},
        .standard_output = BUFFER(output),
    });
    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_str_eq(output, "read");
    cr_assert_eq(lseek(fd, 0, SEEK_CUR), 9, "the offset is not shared");
    close(fd);
}

Test(run, pumps_from_a_pipe_and_into_a_file)
{
    char data[16] = "";
    int ends[2];
    int file = memfd_create("output", MFD_CLOEXEC);
    struct dualpipe_result result;

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(write(ends[1], "abc", 3), 3);
    close(ends[1]);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("bare")),
        .standard_input = {.route = DUALPIPE_ROUTE_FD, .fd = ends[0]},
        .standard_output = {.route = DUALPIPE_ROUTE_FD, .fd = file},
    });
    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_eq(pread(file, data, sizeof(data), 0), 3);
    cr_assert_str_eq(data, "ABC");
    close(ends[0]);
    close(file);
}

Test(run, ends_with_the_target_though_a_silent_input_stays_open)
{
    int code = 0;
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(run_job(&(struct dualpipe_job){
                             .function = give,
                             .argument = &code,
                             .standard_input = {.route = DUALPIPE_ROUTE_FD, .fd = ends[0]},
                         })
                     .verdict,
                 DUALPIPE_OK);
    close(ends[0]);
    close(ends[1]);
}

/* The caller's output closed: so is the target's, and no SIGPIPE comes here. */
Test(run, closes_the_targets_output_where_the_callers_is_closed)
{
    int ends[2];
    struct dualpipe_result result;

    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "1"),
        .policy = native_policy(),
        .standard_output = {.route = DUALPIPE_ROUTE_FD, .fd = ends[1]},
    });
    cr_assert_eq(result.verdict, DUALPIPE_SIGNALLED, "%s", result.reason);
    cr_assert_eq(WTERMSIG(result.status), SIGPIPE);
    close(ends[1]);
}

struct reader {
    int fd;
    int64_t bytes;
};

static void *read_late(void *argument)
{
    struct reader *reader = argument;
    char piece[65536];
    ssize_t got;

    sleep(3);
    while ((got = read(reader->fd, piece, sizeof(piece))) > 0)
        reader->bytes += got;
    return NULL;
}

/* The caller's pipe is full for three seconds: the target is ended in time all the
 * same, and what it wrote until then is delivered once there is room. */
Test(run, keeps_the_wall_limit_while_the_callers_output_blocks)
{
    struct reader reader = {0};
    struct dualpipe_result result;
    pthread_t thread;
    int ends[2];

    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    reader.fd = ends[0];
    cr_assert_eq(pthread_create(&thread, NULL, read_late, &reader), 0);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "1"),
        .policy = native_policy(),
        .limits.wall_us = DUALPIPE_MILLISECONDS(300),
        .standard_output = {.route = DUALPIPE_ROUTE_FD, .fd = ends[1]},
    });
    close(ends[1]);
    pthread_join(thread, NULL);
    close(ends[0]);
    cr_assert_eq(result.verdict, DUALPIPE_WALL_LIMIT, "%s", result.reason);
    cr_assert_geq(result.usage.wall_us, 300000);
    cr_assert_lt(result.usage.wall_us, LONG_US);
    cr_assert_gt(reader.bytes, 0);
    cr_assert_eq(reader.bytes, result.usage.stdout_bytes);
}

static void *cancel_soon(void *argument)
{
    usleep(100000);
    cr_assert_eq(write(*(const int *)argument, "x", 1), 1);
    return NULL;
}

Test(run, is_cancelled_when_the_cancel_descriptor_becomes_readable)
{
    int ends[2];
    pthread_t thread;
    struct dualpipe_result result;
    char byte;

    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(pthread_create(&thread, NULL, cancel_soon, &ends[1]), 0);
    result = run_job(&(struct dualpipe_job){
        .function = spin,
        .limits.cpu_us = DUALPIPE_UNLIMITED,
        .limits.wall_us = DUALPIPE_UNLIMITED,
        .cancel_fd = &ends[0],
    });
    pthread_join(thread, NULL);
    cr_assert_eq(result.verdict, DUALPIPE_CANCELLED);
    cr_assert_eq(read(ends[0], &byte, 1), 1, "it is not read");
    close(ends[0]);
    close(ends[1]);
}

Test(run, passes_arguments_and_only_the_environment_that_was_given)
{
    char output[512] = "";
    struct dualpipe_result result;

    setenv("SECRET", "of the host", 1);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "arguments", "", "two words", "\xff\n"),
        .policy = native_policy(),
        .standard_output = BUFFER(output),
    });
    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert_str_eq(output, "\ntwo words\n\xff\n\n");
    memset(output, 0, sizeof(output));
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "environment"),
        .env = ARGV("OWN=1", "HOME=/elsewhere"),
        .policy = native_policy(),
        .standard_output = BUFFER(output),
    });
    cr_assert_eq(result.verdict, DUALPIPE_OK);
    cr_assert(strstr(output, "OWN=1\n"));
    cr_assert(strstr(output, "HOME=/elsewhere\n"));
    cr_assert_not(strstr(output, "HOME=/box"));
    cr_assert_not(strstr(output, "SECRET"));
}

Test(run, of_a_function_gives_its_argument_and_its_exit_code)
{
    for (int code = 0; code < 256; code += 51) {
        struct dualpipe_result result =
            run_job(&(struct dualpipe_job){.function = give, .argument = &code});

        cr_assert_eq(result.verdict, code ? DUALPIPE_NONZERO_EXIT : DUALPIPE_OK);
        cr_assert_eq(WEXITSTATUS(result.status), code);
    }
}

/* A caller that was built when the struct was shorter. */
Test(run, reads_no_more_of_the_job_than_its_size_says)
{
    const size_t size = offsetof(struct dualpipe_job, files);
    struct dualpipe_job job;
    int code = 9;

    memset(&job, 0, size);
    memset((char *)&job + size, 0x5a, sizeof(job) - size);
    job.size = size;
    job.function = give;
    job.argument = &code;
    cr_assert_eq(WEXITSTATUS(run_job(&job).status), 9);
}

Test(run, leaves_nothing_after_a_hundred_times)
{
    int code = 0;

    for (int i = 0; i < 100; i++)
        cr_assert_eq(run_job(&(struct dualpipe_job){.function = give, .argument = &code}).verdict,
                     DUALPIPE_OK);
}

static int threads_now(void)
{
    DIR *directory = opendir("/proc/self/task");
    int count = 0;

    cr_assert(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static void *count_threads(void *argument)
{
    int *most = argument;

    for (int i = 0; i < 100; i++) {
        const int now = threads_now();

        if (now > *most)
            *most = now;
        usleep(2000);
    }
    return NULL;
}

Test(run, makes_no_thread)
{
    const int before = threads_now();
    int most = 0;
    pthread_t thread;

    cr_assert_eq(pthread_create(&thread, NULL, count_threads, &most), 0);
    cr_assert_eq(run_job(&(struct dualpipe_job){.function = spin,
                                                .limits.wall_us = DUALPIPE_MILLISECONDS(400)})
                     .verdict,
                 DUALPIPE_WALL_LIMIT);
    pthread_join(thread, NULL);
    cr_assert_eq(most, before + 1, "%d threads before, %d with one of the test's own", before,
                 most);
}

struct output_row {
    const char *first;  /* bytes to standard output */
    const char *second; /* bytes to standard error */
    int64_t limit;
    bool is_over;
};

static const struct output_row output_rows[] = {
    {"1000", "0", 1000, false},     {"1001", "0", 1000, true},
    {"0", "1000", 1000, false},     {"0", "1001", 1000, true},
    {"600", "400", 1000, false},    {"600", "401", 1000, true},
    {"1", "0", 1, false},           {"2", "0", 1, true},
    {"70000", "0", 70000, false},   {"70001", "0", 70000, true},
    {"300000", "0", 300000, false}, {"300000", "1", 300000, true},
    {"0", "300001", 300000, true},
};

static struct dualpipe_result run_output_row(const struct output_row *row, char *first,
                                             char *second, size_t size)
{
    return run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "spill", row->first, row->second),
        .policy = native_policy(),
        .limits.output_bytes = row->limit,
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = first, .buffer_size = size},
        .standard_error = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = second, .buffer_size = size},
    });
}

static int64_t count_of(const char *bytes, size_t size, char byte)
{
    int64_t count = 0;

    for (size_t i = 0; i < size; i++)
        count += bytes[i] == byte;
    return count;
}

Test(output_limit, holds_to_the_byte_on_either_stream)
{
    const size_t size = 400000;
    char *first = malloc(size);
    char *second = malloc(size);

    cr_assert(first && second);
    for (size_t i = 0; i < sizeof(output_rows) / sizeof(output_rows[0]); i++) {
        const struct output_row *row = &output_rows[i];
        struct dualpipe_result result;
        int64_t kept;

        memset(first, 0, size);
        memset(second, 0, size);
        result = run_output_row(row, first, second, size);
        kept = count_of(first, size, 'x') + count_of(second, size, 'x');
        cr_expect_eq(result.verdict, row->is_over ? DUALPIPE_OUTPUT_LIMIT : DUALPIPE_OK,
                     "row %zu: %s", i, result.reason);
        cr_expect_eq(result.output_truncated, row->is_over, "row %zu", i);
        cr_expect_eq(kept,
                     row->is_over ? row->limit
                                  : strtol(row->first, NULL, 10) + strtol(row->second, NULL, 10),
                     "row %zu: %ld bytes kept", i, (long)kept);
    }
    free(first);
    free(second);
}

/* A function target: so many bytes, of which each tells its place. */
static int count_up(void *argument)
{
    const int size = *(const int *)argument;
    char piece[1000];

    for (int at = 0; at < size;) {
        int length = 0;

        while (length < (int)sizeof(piece) && at < size)
            piece[length++] = (char)(at++ % 251);
        for (int done = 0; done < length;) {
            const ssize_t got = write(1, piece + done, (size_t)(length - done));

            if (got <= 0)
                return 1;
            done += (int)got;
        }
    }
    return 0;
}

struct tail_row {
    int size;
    size_t buffer_size;
    size_t tail_size;
    int64_t limit;
};

static const struct tail_row tail_rows[] = {
    {0, 10, 4, 0},          {6, 10, 4, 0},           {10, 10, 4, 0},
    {11, 10, 4, 0},         {14, 10, 4, 0},          {15, 10, 4, 0},
    {100000, 10, 4, 0},     {100000, 10, 10, 0},     {100000, 10, 1, 0},
    {100000, 10, 0, 0},     {100000, 9000, 5000, 0}, {300000, 20000, 9999, 0},
    {100000, 10, 4, 100},   {100000, 10, 4, 8},      {100000, 10, 0, 100},
    {100000, 10, 4, 99999}, {100001, 100001, 1, 0},  {50000, 20000, 20000, 0},
};

static void check_tail(unsigned number, const struct tail_row *row)
{
    static char buffer[200000];
    size_t kept = 77;
    int64_t left_out = -1;
    int size = row->size;
    const struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .function = count_up,
        .argument = &size,
        .limits.output_bytes = row->limit,
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = buffer,
                            .buffer_size = row->buffer_size,
                            .tail_size = row->tail_size,
                            .kept = &kept,
                            .left_out = &left_out},
    });
    const size_t through = row->limit > 0 && row->limit < size ? (size_t)row->limit : (size_t)size;
    const size_t held = through < row->buffer_size ? through : row->buffer_size;
    const size_t start = through > held ? held - row->tail_size : held;

    cr_assert_eq(result.verdict, (int64_t)through < size ? DUALPIPE_OUTPUT_LIMIT : DUALPIPE_OK,
                 "row %u: %s", number, result.reason);
    cr_assert_eq(kept, held, "row %u: %zu are kept", number, kept);
    cr_assert_eq(left_out, (int64_t)(through - held), "row %u: %ld left out", number,
                 (long)left_out);
    for (size_t i = 0; i < held; i++) {
        const size_t place = i < start ? i : through - held + i;

        cr_assert_eq(buffer[i], (char)(place % 251), "row %u: byte %zu", number, i);
    }
}

Test(run, keeps_the_start_and_the_end_of_output)
{
    for (unsigned i = 0; i < sizeof(tail_rows) / sizeof(tail_rows[0]); i++)
        check_tail(i, &tail_rows[i]);
}

Test(run, refuses_a_tail_that_is_no_part_of_a_buffer)
{
    char room[8] = "";
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    struct dualpipe_job job = {
        .function = give,
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = room,
                            .buffer_size = sizeof(room),
                            .tail_size = sizeof(room) + 1},
    };

    cr_assert_eq(dualpipe_run(&job, &result, &error), -EINVAL);
    cr_assert_str_neq(error.advice, "");
    job.standard_input = job.standard_output;
    job.standard_input.tail_size = 1;
    job.standard_output.tail_size = 0;
    cr_assert_eq(dualpipe_run(&job, &result, &error), -EINVAL);
}

Test(output_limit, holds_for_reads_through_a_handle)
{
    static char data[300001];
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "1"),
        .policy = native_policy(),
        .limits.output_bytes = 300000,
    });
    struct dualpipe_result result;

    cr_assert_eq(read_all(pipe, data, sizeof(data)), 300000);
    result = close_as(pipe, DUALPIPE_OUTPUT_LIMIT);
    cr_assert_gt(result.usage.stdout_bytes, 300000);
    cr_assert(result.output_truncated);
}

Test(output_limit, holds_when_the_output_goes_to_a_file)
{
    int file = memfd_create("output", MFD_CLOEXEC);
    struct stat status;
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "1"),
        .policy = native_policy(),
        .limits.output_bytes = 123457,
        .standard_output = {.route = DUALPIPE_ROUTE_FD, .fd = file},
    });

    cr_assert_eq(result.verdict, DUALPIPE_OUTPUT_LIMIT);
    cr_assert_eq(fstat(file, &status), 0);
    cr_assert_eq(status.st_size, 123457);
    close(file);
}

/* What a sink was given: how much, and whether all of it was in place. */
struct seen {
    size_t bytes;
    size_t calls;
    bool is_right;
};

static void see(void *argument, const void *bytes, size_t size)
{
    struct seen *seen = argument;

    for (size_t i = 0; i < size; i++)
        seen->is_right = seen->is_right && ((const char *)bytes)[i] == 'x';
    seen->bytes += size;
    seen->calls++;
}

Test(output_limit, holds_for_what_a_sink_is_given)
{
    struct seen seen = {.is_right = true};
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "flood", "1"),
        .policy = native_policy(),
        .limits.output_bytes = 1234567,
        .standard_output = {.route = DUALPIPE_ROUTE_SINK, .sink = see, .sink_argument = &seen},
    });

    cr_assert_eq(result.verdict, DUALPIPE_OUTPUT_LIMIT);
    cr_assert_eq(seen.bytes, 1234567);
    cr_assert(seen.is_right);
    cr_assert_gt(seen.calls, 1);
}

Test(run, refuses_a_sink_for_input_and_one_without_a_function)
{
    struct dualpipe_job job = {.argv = ARGV("/bin/true"), .policy = native_policy()};

    job.standard_input = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_SINK, .sink = see};
    cr_assert_eq(dualpipe_run(&job, NULL, NULL), -EINVAL);
    job.standard_input = (struct dualpipe_stream){0};
    job.standard_output = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_SINK};
    cr_assert_eq(dualpipe_run(&job, NULL, NULL), -EINVAL);
}

Test(run, lets_a_program_have_another_name_than_its_path)
{
    char output[64] = "";
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV("./mine", "-c", "echo $0"),
        .program = "/bin/sh",
        .policy = native_policy(),
        .standard_output = BUFFER(output),
    });

    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_assert_str_eq(output, "./mine\n");
}

Test(output_limit, counts_what_is_discarded)
{
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("talk"), "alternate"),
        .policy = native_policy(),
        .limits.output_bytes = 10000,
    });

    cr_assert_eq(result.verdict, DUALPIPE_OUTPUT_LIMIT);
}

Test(verdicts, of_limits_come_with_the_figures)
{
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .function = spin, .limits = {.cpu_us = DUALPIPE_MILLISECONDS(200), .wall_us = LONG_US}});

    cr_assert_eq(result.verdict, DUALPIPE_TIME_LIMIT, "%s", result.reason);
    cr_assert_geq(result.usage.cpu_us, 200000);
    cr_assert_lt(result.usage.cpu_us, 1000000);
    cr_assert_eq(result.limits.cpu_us, 200000);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("spend"), "sleep"),
        .policy = native_policy(),
        .limits.wall_us = DUALPIPE_MILLISECONDS(200),
    });
    cr_assert_eq(result.verdict, DUALPIPE_WALL_LIMIT, "%s", result.reason);
    cr_assert_geq(result.usage.wall_us, 200000);
    cr_assert_lt(result.usage.cpu_us, 100000);
}

Test(verdicts, of_a_violation_have_the_call_its_arguments_and_a_hint)
{
    struct dualpipe_result result = run_job(&(struct dualpipe_job){.function = call_getpid});

    cr_assert_eq(result.verdict, DUALPIPE_VIOLATION, "%s", result.reason);
    cr_assert_eq(result.refused.count, 1);
    cr_assert_str_eq(dualpipe_syscall_name(result.refused.number), "getpid");
    cr_assert_eq(result.refused.architecture, 0xc000003e);
    cr_assert_neq(result.refused.address, 0);
    cr_assert(strstr(result.reason, "getpid"), "%s", result.reason);
}

Test(verdicts, follow_what_the_job_says_about_refusals)
{
    struct dualpipe_result result = run_job(
        &(struct dualpipe_job){.function = call_getpid, .on_refusal = DUALPIPE_ON_REFUSAL_ERRNO});

    cr_assert_eq(result.verdict, DUALPIPE_NONZERO_EXIT, "%s", result.reason);
    cr_assert_eq(result.refused.count, 1);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("call"), "number", "141"), /* setpriority: EPERM in native */
        .policy = native_policy(),
        .on_refusal = DUALPIPE_ON_REFUSAL_KILL,
    });
    cr_assert_eq(result.verdict, DUALPIPE_VIOLATION, "%s", result.reason);
    cr_assert_str_eq(dualpipe_syscall_name(result.refused.number), "setpriority");
}

Test(verdicts, tell_a_program_that_is_too_large_without_running_it)
{
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("huge")),
        .policy = native_policy(),
        .limits.memory_bytes = DUALPIPE_MEBIBYTES(64),
    });

    cr_assert_eq(result.verdict, DUALPIPE_MEMORY_LIMIT, "%s", result.reason);
    cr_assert_eq(result.memory_cause, DUALPIPE_MEMORY_EXEC_TOO_LARGE);
    cr_assert_not(result.has_status);
}

Test(verdicts, through_a_handle_tell_a_program_that_is_too_large)
{
    struct dualpipe *pipe = open_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("huge")),
        .policy = native_policy(),
        .limits.memory_bytes = DUALPIPE_MEBIBYTES(64),
    });
    char data[8];

    cr_assert_eq(dualpipe_read(pipe, data, sizeof(data), LONG_US), 0);
    cr_assert_eq(dualpipe_write(pipe, "x", 1, LONG_US, NULL), -EPIPE);
    close_as(pipe, DUALPIPE_MEMORY_LIMIT);
}

Test(files, are_private_copies_in_the_working_directory)
{
    char output[256] = "";
    const struct dualpipe_file copies[] = {
        {.name = "from-memory", .data = "a\0b", .size = 3},
        {.name = "from-host", .host = "/etc/hostname"},
        {.name = "empty", .data = "", .size = 0},
    };
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("attack"), "list", "/box"),
        .policy = native_policy(),
        .files = copies,
        .file_count = 3,
        .standard_output = BUFFER(output),
    });

    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_assert(strstr(output, "/box/from-memory\n"), "%s", output);
    cr_assert(strstr(output, "/box/from-host\n"));
    cr_assert(strstr(output, "/box/empty\n"));
}

Test(files, are_collected_byte_for_byte_and_bounded)
{
    const struct dualpipe_file copies[] = {{.name = "kept", .data = "a\0b\n", .size = 4}};
    int fds[2] = {memfd_create("one", MFD_CLOEXEC), memfd_create("two", MFD_CLOEXEC)};
    int errors[3] = {1, 1, 1};
    int64_t size = -1;
    char data[16] = "";
    const struct dualpipe_collect collects[] = {
        {.name = "kept", .fd = fds[0], .error = &errors[0], .size = &size},
        {.name = "kept", .fd = fds[1], .max_bytes = 3, .error = &errors[1]},
        {.name = "missing", .fd = fds[1], .error = &errors[2]},
    };
    struct dualpipe_result result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("noop")),
        .policy = native_policy(),
        .files = copies,
        .file_count = 1,
        .collects = collects,
        .collect_count = 3,
    });

    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_expect_eq(errors[0], 0);
    cr_expect_eq(size, 4);
    cr_expect_eq(pread(fds[0], data, sizeof(data), 0), 4);
    cr_expect_eq(memcmp(data, "a\0b\n", 4), 0);
    cr_expect_eq(errors[1], -EFBIG);
    cr_expect_eq(errors[2], -ENOENT);
    close(fds[0]);
    close(fds[1]);
}

Test(files, stay_where_they_are_when_the_target_starts_elsewhere)
{
    char directory[] = "/tmp/dualpipe-test-XXXXXX";
    char output[256] = "";
    char data[16] = "";
    int fd = memfd_create("one", MFD_CLOEXEC);
    int error = 1;
    const struct dualpipe_file copies[] = {{.name = "kept", .data = "a\0b\n", .size = 4}};
    const struct dualpipe_collect collects[] = {{.name = "kept", .fd = fd, .error = &error}};
    const struct dualpipe_bind binds[] = {{.host = mkdtemp(directory), .inside = "/start"}};
    struct dualpipe_result result;

    cr_assert_not_null(binds[0].host);
    cr_assert_eq(chmod(directory, 0755), 0);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV("/bin/pwd"),
        .policy = native_policy(),
        .start_directory = "/start",
        .files = copies,
        .file_count = 1,
        .binds = binds,
        .bind_count = 1,
        .collects = collects,
        .collect_count = 1,
        .standard_output = BUFFER(output),
    });
    rmdir(directory);

    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_expect_str_eq(output, "/start\n");
    cr_expect_eq(error, 0);
    cr_expect_eq(pread(fd, data, sizeof(data), 0), 4);
    cr_expect_eq(memcmp(data, "a\0b\n", 4), 0);
    close(fd);
}

Test(files, that_are_too_much_for_the_disk_limit_fail_the_box)
{
    static char data[1 << 20];
    const struct dualpipe_file copies[] = {{.name = "big", .data = data, .size = sizeof(data)}};
    struct dualpipe_result result;
    struct dualpipe_error error = {0};

    cr_assert_lt(dualpipe_run(&(struct dualpipe_job){.argv = ARGV(PROGRAM("noop")),
                                                     .policy = native_policy(),
                                                     .limits.disk_bytes = 65536,
                                                     .files = copies,
                                                     .file_count = 1},
                              &result, &error),
                 0);
    cr_assert_eq(error.step, DUALPIPE_STEP_COPY_FILE, "%s", dualpipe_step_name(error.step));
}

Test(files, that_are_shown_cannot_be_changed)
{
    char directory[] = "/tmp/dualpipe-test-XXXXXX";
    char file[64];
    char output[256] = "";
    struct dualpipe_result result;
    int fd;

    cr_assert(mkdtemp(directory));
    cr_assert_eq(chmod(directory, 0777), 0);
    snprintf(file, sizeof(file), "%s/file", directory);
    fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    cr_assert_geq(fd, 0);
    cr_assert_eq(fchmod(fd, 0666), 0);
    close(fd);
    result = run_job(&(struct dualpipe_job){
        .argv = ARGV(PROGRAM("attack"), "overwrite", "/shown/file"),
        .policy = native_policy(),
        .binds = &(struct dualpipe_bind){.host = directory, .inside = "/shown"},
        .bind_count = 1,
        .standard_output = BUFFER(output),
    });
    cr_expect_eq(result.verdict, DUALPIPE_OK, "%s: %s", result.reason, output);
    cr_expect_str_eq(output, "");
    unlink(file);
    rmdir(directory);
}
