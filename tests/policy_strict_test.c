/* SPDX-License-Identifier: MIT */
/*
 * policy_strict_test.c - what a function can do under strict, asked from inside:
 * read the input that it was given, write its outputs, end. Every number there is
 * is called, in a box as the library makes it.
 */
#include "dualpipe.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

TestSuite(policy_strict, .timeout = 240);

#define NUMBERS 512
#define STREAMS 8 /* descriptors that are tried */

/* A system call without the C library, errors as negative numbers. */
static long call(long number, long a0, long a1, long a2)
{
    register long r10 __asm__("r10") = 0;
    register long r8 __asm__("r8") = 0;
    register long r9 __asm__("r9") = 0;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a0), "S"(a1), "d"(a2), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* exit and exit_group end it; newer kernels let uretprobe and uprobe (335, 336)
 * pass by any filter and answer by SIGILL. */
static bool is_final(long number)
{
    return number == SYS_exit || number == SYS_exit_group || number == 335 || number == 336;
}

/* The same arguments that would mean something: descriptor 0, 1 byte of room. */
static int call_every_number(void *argument)
{
    long results[NUMBERS];
    char byte;

    (void)argument;
    for (long number = 0; number < NUMBERS; number++)
        results[number] = is_final(number) ? 0 : call(number, 0, (long)&byte, 1);
    return call(SYS_write, 1, (long)results, sizeof(results)) == (long)sizeof(results) ? 0 : 1;
}

static void run(dualpipe_function *function, void *output, size_t size,
                enum dualpipe_on_refusal on_refusal, struct dualpipe_result *result)
{
    static char input[] = "0123456789";
    struct dualpipe_error error = {0};
    const struct dualpipe_job job = {
        .function = function,
        .on_refusal = on_refusal,
        .standard_input = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = input, .buffer_size = 10},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = output, .buffer_size = size},
    };
    char text[400];

    cr_assert_eq(dualpipe_run(&job, result, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
}

Test(policy_strict, of_all_numbers_only_read_of_the_input_gets_through)
{
    struct dualpipe_result result = {0};
    long results[NUMBERS];

    memset(results, 0x55, sizeof(results));
    run(call_every_number, results, sizeof(results), DUALPIPE_ON_REFUSAL_ERRNO, &result);
    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_expect_str_eq(result.policy_name, "strict");
    cr_expect(result.attested);
    for (int number = 0; number < NUMBERS; number++) {
        if (number == SYS_read)
            cr_expect_eq(results[number], 1, "read: %ld", results[number]);
        else if (!is_final(number))
            cr_expect(results[number] == -EPERM || results[number] == -ENOSYS, "%s (%d): %ld",
                      dualpipe_syscall_name(number), number, results[number]);
    }
    /* All that exists is named and counted: all but read, exit and exit_group. */
    cr_expect_eq(result.refused.count, 361 - 3, "%lld", (long long)result.refused.count);
}

static int use_every_descriptor(void *argument)
{
    long results[3][STREAMS];
    char byte = 'x';

    (void)argument;
    for (long fd = 0; fd < STREAMS; fd++) {
        results[0][fd] = call(SYS_read, fd, (long)&byte, 1);
        results[1][fd] = fd == 1 ? 1 : call(SYS_write, fd, (long)&byte, 1);
        results[2][fd] = call(SYS_write, fd | 1L << 32, (long)&byte, 1);
    }
    return call(SYS_write, 1, (long)results, sizeof(results)) == (long)sizeof(results) ? 0 : 1;
}

Test(policy_strict, of_all_descriptors_only_the_standard_ones_get_through)
{
    struct dualpipe_result result = {0};
    long results[3][STREAMS];

    run(use_every_descriptor, results, sizeof(results), DUALPIPE_ON_REFUSAL_ERRNO, &result);
    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    for (int fd = 0; fd < STREAMS; fd++) {
        cr_expect_eq(results[0][fd], fd == 0 ? 1 : -EPERM, "read %d: %ld", fd, results[0][fd]);
        cr_expect_eq(results[1][fd], fd == 1 || fd == 2 ? 1 : -EPERM, "write %d: %ld", fd,
                     results[1][fd]);
        cr_expect_eq(results[2][fd], -EPERM, "write %d and 2^32: %ld", fd, results[2][fd]);
    }
}

static int number_to_try;

static int call_one(void *argument)
{
    (void)argument;
    call(number_to_try, 0, 0, 0);
    return 7;
}

Test(policy_strict, one_call_ends_the_run_and_is_named)
{
    static const int numbers[] = {SYS_getpid,   SYS_brk,          SYS_openat,
                                  SYS_mmap,     SYS_rt_sigreturn, SYS_execve,
                                  SYS_execveat, SYS_clone3,       SYS_io_uring_setup};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct dualpipe_result result = {0};
        char output[8];

        number_to_try = numbers[i];
        run(call_one, output, sizeof(output), DUALPIPE_ON_REFUSAL_POLICY, &result);
        cr_expect_eq(result.verdict, DUALPIPE_VIOLATION, "%s: %s",
                     dualpipe_syscall_name(numbers[i]), result.reason);
        cr_expect_eq(result.refused.number, numbers[i]);
    }
}

Test(policy_strict, exit_gets_through)
{
    static const int numbers[] = {SYS_exit, SYS_exit_group};

    for (size_t i = 0; i < 2; i++) {
        struct dualpipe_result result = {0};
        char output[8];

        number_to_try = numbers[i];
        run(call_one, output, sizeof(output), DUALPIPE_ON_REFUSAL_POLICY, &result);
        cr_expect_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
        cr_expect(WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0);
    }
}
