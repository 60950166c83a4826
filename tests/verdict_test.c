/* SPDX-License-Identifier: MIT */
/* verdict_test.c - from facts to verdicts, by table: no box is made. */
#include "verdict.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#define EXITED(code) ((code) << 8)
#define DIED(number) (number)

/* Every limit is 1,000, but for memory, which is 1,000,000. */
static struct dualpipe_result decide(struct dp_facts facts, struct dualpipe_usage usage)
{
    struct dualpipe_result result = {
        .usage = usage,
        .policy_name = "native",
        .limits = {.cpu_us = 1000, .wall_us = 1000, .memory_bytes = 1000000, .output_bytes = 1000},
    };

    dp_verdict_decide(&result, &facts);
    return result;
}

struct row {
    const char *what;
    struct dp_facts facts;
    struct dualpipe_usage usage;
    enum dualpipe_verdict verdict;
    enum dualpipe_memory_cause cause;
};

#define STATUS(value) .has_status = true, .status = (value)

static const struct row rows[] = {
    {"nothing is known", {0}, {0}, DUALPIPE_INTERNAL_ERROR, 0},
    {"a status that nobody vouches for", {.status = EXITED(0)}, {0}, DUALPIPE_INTERNAL_ERROR, 0},
    {"exit 0", {STATUS(EXITED(0))}, {0}, DUALPIPE_OK, 0},
    {"exit 1", {STATUS(EXITED(1))}, {0}, DUALPIPE_NONZERO_EXIT, 0},
    {"exit 124, as timeout(1) says", {STATUS(EXITED(124))}, {0}, DUALPIPE_NONZERO_EXIT, 0},
    {"exit 137, as shells say for a kill", {STATUS(EXITED(137))}, {0}, DUALPIPE_NONZERO_EXIT, 0},
    {"exit 159", {STATUS(EXITED(159))}, {0}, DUALPIPE_NONZERO_EXIT, 0},
    {"exit 255", {STATUS(EXITED(255))}, {0}, DUALPIPE_NONZERO_EXIT, 0},
    {"its own SIGKILL", {STATUS(DIED(SIGKILL))}, {0}, DUALPIPE_SIGNALLED, 0},
    {"its own SIGXCPU", {STATUS(DIED(SIGXCPU))}, {0}, DUALPIPE_SIGNALLED, 0},
    {"its own SIGSYS", {STATUS(DIED(SIGSYS))}, {0}, DUALPIPE_SIGNALLED, 0},
    {"a core dump", {STATUS(DIED(SIGSEGV) | 0x80)}, {0}, DUALPIPE_SIGNALLED, 0},

    {"the time limit fired", {STATUS(DIED(SIGKILL)), .time_fired = true}, {0},
     DUALPIPE_TIME_LIMIT, 0},
    {"at the time limit, to the microsecond", {STATUS(EXITED(0))}, {.cpu_us = 1000},
     DUALPIPE_OK, 0},
    {"above the time limit, unseen till the end", {STATUS(EXITED(0))}, {.cpu_us = 1001},
     DUALPIPE_TIME_LIMIT, 0},
    {"the wall limit fired", {STATUS(DIED(SIGKILL)), .wall_fired = true}, {0},
     DUALPIPE_WALL_LIMIT, 0},
    {"above the wall limit, unseen till the end", {STATUS(EXITED(3))}, {.wall_us = 1001},
     DUALPIPE_WALL_LIMIT, 0},
    {"the output limit fired", {STATUS(DIED(SIGKILL)), .output_fired = true}, {0},
     DUALPIPE_OUTPUT_LIMIT, 0},
    {"as much output as is allowed", {STATUS(EXITED(0))},
     {.stdout_bytes = 600, .stderr_bytes = 400}, DUALPIPE_OK, 0},
    {"one byte more, over both streams", {STATUS(EXITED(0))},
     {.stdout_bytes = 600, .stderr_bytes = 401}, DUALPIPE_OUTPUT_LIMIT, 0},
    {"cancelled", {STATUS(DIED(SIGKILL)), .cancelled = true}, {0}, DUALPIPE_CANCELLED, 0},
    {"a violation", {STATUS(DIED(SIGKILL)), .violation = true}, {0}, DUALPIPE_VIOLATION, 0},

    {"too large to start", {.exec_too_large = true, .executable_bytes = 5000000}, {0},
     DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_EXEC_TOO_LARGE},
    {"an allocation refused, then a crash",
     {STATUS(DIED(SIGSEGV)), .allocation_refused = true, .allocation_bytes = 1 << 20}, {0},
     DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_ALLOCATION_FAILED},
    {"an allocation refused, then exit 1", {STATUS(EXITED(1)), .allocation_refused = true}, {0},
     DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_ALLOCATION_FAILED},
    {"an allocation refused, and all well", {STATUS(EXITED(0)), .allocation_refused = true}, {0},
     DUALPIPE_OK, 0},
    {"an allocation refused, but killed for time",
     {STATUS(DIED(SIGKILL)), .allocation_refused = true, .time_fired = true}, {0},
     DUALPIPE_TIME_LIMIT, 0},
    {"an allocation refused, but cancelled",
     {STATUS(DIED(SIGKILL)), .allocation_refused = true, .cancelled = true}, {0},
     DUALPIPE_CANCELLED, 0},
    {"a stack refused, then its SIGSEGV", {STATUS(DIED(SIGSEGV)), .stack_refused = true}, {0},
     DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_STACK},
    {"a stack refused, and reported by exit 1", {STATUS(EXITED(1)), .stack_refused = true}, {0},
     DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_STACK},
    {"a stack refused, and all well", {STATUS(EXITED(0)), .stack_refused = true}, {0},
     DUALPIPE_OK, 0},
    {"a stack refused, but killed for time",
     {STATUS(DIED(SIGKILL)), .stack_refused = true, .time_fired = true}, {0},
     DUALPIPE_TIME_LIMIT, 0},
    {"the peak at the limit", {STATUS(EXITED(0))}, {.memory_peak_bytes = 1000000},
     DUALPIPE_OK, 0},
    {"a peak with pages of files, above the limit", {STATUS(EXITED(0))},
     {.memory_peak_bytes = 1000001}, DUALPIPE_OK, 0},
    {"seen to hold more than the limit", {STATUS(DIED(SIGKILL)), .memory_fired = true},
     {.memory_peak_bytes = 1000001}, DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_PEAK},

    {"a violation before all",
     {STATUS(DIED(SIGKILL)), .violation = true, .time_fired = true, .wall_fired = true,
      .output_fired = true, .cancelled = true, .allocation_refused = true},
     {.memory_peak_bytes = 2000000}, DUALPIPE_VIOLATION, 0},
    {"memory before time",
     {STATUS(DIED(SIGKILL)), .memory_fired = true, .time_fired = true},
     {.memory_peak_bytes = 2000000}, DUALPIPE_MEMORY_LIMIT, DUALPIPE_MEMORY_PEAK},
    {"time before wall",
     {STATUS(DIED(SIGKILL)), .time_fired = true, .wall_fired = true, .output_fired = true}, {0},
     DUALPIPE_TIME_LIMIT, 0},
    {"wall before output",
     {STATUS(DIED(SIGKILL)), .wall_fired = true, .output_fired = true, .cancelled = true}, {0},
     DUALPIPE_WALL_LIMIT, 0},
    {"output before cancelled",
     {STATUS(DIED(SIGKILL)), .output_fired = true, .cancelled = true}, {0},
     DUALPIPE_OUTPUT_LIMIT, 0},
    {"cancelled before the signal that did it", {STATUS(DIED(SIGKILL)), .cancelled = true}, {0},
     DUALPIPE_CANCELLED, 0},
};

Test(verdict, is_the_first_that_applies, .timeout = 20)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct dualpipe_result result = decide(rows[i].facts, rows[i].usage);

        cr_expect_eq(result.verdict, rows[i].verdict, "%s: %s expected, got %s (%s)", rows[i].what,
                     dualpipe_verdict_name(rows[i].verdict),
                     dualpipe_verdict_name(result.verdict), result.reason);
        cr_expect_eq(result.memory_cause, rows[i].cause, "%s: wrong memory cause", rows[i].what);
        cr_expect(result.reason[0], "%s: no reason is given", rows[i].what);
        cr_expect_eq(result.has_status, rows[i].facts.has_status, "%s: has_status", rows[i].what);
        cr_expect_eq(result.status, rows[i].facts.status, "%s: status", rows[i].what);
    }
}

Test(verdict, is_undecided_in_zeroed_memory, .timeout = 20)
{
    const struct dualpipe_result result = {0};

    cr_assert_str_eq(dualpipe_verdict_name(result.verdict), "internal-error");
}

Test(verdict, of_an_unlimited_run_is_no_limit, .timeout = 20)
{
    struct dualpipe_result result = {
        .limits = {.cpu_us = DUALPIPE_UNLIMITED,
                   .wall_us = DUALPIPE_UNLIMITED,
                   .memory_bytes = DUALPIPE_UNLIMITED,
                   .output_bytes = DUALPIPE_UNLIMITED},
        .usage = {.cpu_us = INT64_MAX,
                  .wall_us = INT64_MAX,
                  .memory_peak_bytes = INT64_MAX,
                  .stdout_bytes = INT64_MAX},
    };

    dp_verdict_decide(&result, &(struct dp_facts){.has_status = true});
    cr_assert_eq(result.verdict, DUALPIPE_OK, "%s", result.reason);
    cr_assert_not(result.output_truncated);
}

Test(verdict, with_an_unknown_peak_is_no_memory_limit, .timeout = 20)
{
    const struct dualpipe_result result =
        decide((struct dp_facts){.has_status = true},
               (struct dualpipe_usage){.memory_peak_bytes = DUALPIPE_UNKNOWN});

    cr_assert_eq(result.verdict, DUALPIPE_OK);
}

Test(verdict, of_a_violation_names_the_call, .timeout = 20)
{
    struct dualpipe_result result = {.refused = {.count = 1, .number = 41}};

    dp_verdict_decide(&result, &(struct dp_facts){.violation = true});
    cr_assert_eq(result.verdict, DUALPIPE_VIOLATION);
    cr_assert(strstr(result.reason, "socket"), "%s", result.reason);
    cr_assert(strstr(result.reason, "41"), "%s", result.reason);
}

Test(verdict, says_that_output_was_cut_whatever_came_first, .timeout = 20)
{
    const struct dualpipe_result result =
        decide((struct dp_facts){.has_status = true, .status = SIGKILL, .time_fired = true},
               (struct dualpipe_usage){.stdout_bytes = 1001});

    cr_assert_eq(result.verdict, DUALPIPE_TIME_LIMIT);
    cr_assert(result.output_truncated);
}
