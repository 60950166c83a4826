/* SPDX-License-Identifier: MIT */
/* stack_test.c - which faults are the stack's. */
#include "../lib/stack.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

TestSuite(stack, .timeout = 20);

#define MIB (UINT64_C(1) << 20)
#define TOP UINT64_C(0x7ffd00000000)
#define LIMIT (8 * (int64_t)MIB)
#define LOWEST (TOP - 8 * MIB)

struct row {
    const char *name;
    struct dp_stack_fault fault;
    uint64_t top;
    int64_t limit;
    bool is_it;
};

static const struct row rows[] = {
    {"a push just below", {SEGV_MAPERR, LOWEST - 8, LOWEST}, TOP, LIMIT, true},
    {"a red zone below", {SEGV_MAPERR, LOWEST - 120, LOWEST + 8}, TOP, LIMIT, true},
    {"a frame of 20 MiB, its top", {SEGV_MAPERR, LOWEST - 16, LOWEST - 20 * MIB}, TOP, LIMIT, true},
    {"a frame of 20 MiB, its bottom",
     {SEGV_MAPERR, LOWEST - 20 * MIB, LOWEST - 20 * MIB},
     TOP,
     LIMIT,
     true},
    {"a null pointer", {SEGV_MAPERR, 0, LOWEST + MIB}, TOP, LIMIT, false},
    {"a null pointer, with the stack used up", {SEGV_MAPERR, 0, LOWEST}, TOP, LIMIT, false},
    {"a wild pointer below the stack", {SEGV_MAPERR, LOWEST - 8, LOWEST + MIB}, TOP, LIMIT, false},
    {"a write to what is read-only", {SEGV_ACCERR, LOWEST - 8, LOWEST}, TOP, LIMIT, false},
    {"no fault at all", {0, 0, 0}, TOP, LIMIT, false},
    {"a signal sent", {SI_USER, LOWEST - 8, LOWEST}, TOP, LIMIT, false},
    {"a stack somewhere else",
     {SEGV_MAPERR, UINT64_C(0x7f0000000000), UINT64_C(0x7f0000000008)},
     TOP,
     LIMIT,
     false},
    {"a stack pointer that lost its way", {SEGV_MAPERR, 16, 16}, TOP, LIMIT, false},
    {"within the stack", {SEGV_MAPERR, LOWEST + MIB, LOWEST + MIB}, TOP, LIMIT, false},
    {"no limit", {SEGV_MAPERR, LOWEST - 8, LOWEST}, TOP, -1, false},
    {"a top that is not known", {SEGV_MAPERR, LOWEST - 8, LOWEST}, 0, LIMIT, false},
    {"a limit beyond the top", {SEGV_MAPERR, 16, 16}, TOP, INT64_MAX, false},
};

Test(stack, tells_its_own_faults_from_others)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        cr_expect_eq(dp_stack_was_refused(rows[i].top, rows[i].limit, &rows[i].fault),
                     rows[i].is_it, "%s", rows[i].name);
}

Test(stack, begins_above_what_this_function_has_there)
{
    const int proc = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const uint64_t top = dp_stack_top(proc);
    extern char **environ;

    cr_assert_gt(top, (uint64_t)(uintptr_t)environ);
    cr_assert_lt(top - (uint64_t)(uintptr_t)environ, 4 * MIB);
    cr_assert_eq(top % 4096, 0);
    close(proc);
}
