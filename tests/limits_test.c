/* SPDX-License-Identifier: MIT */
/* limits_test.c - which limits are in force, and what the kernel is told. */
#include "../lib/limits.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>

TestSuite(limits, .timeout = 20);

static const struct dualpipe_limits policy_limits = {
    .cpu_us = 10000000,
    .wall_us = 30000000,
    .memory_bytes = 256 << 20,
    .output_bytes = 64 << 20,
    .file_bytes = 32 << 20,
    .open_files = 64,
    .processes = 64,
    .disk_bytes = 48 << 20,
};

static struct dualpipe_limits resolved(struct dualpipe_limits job)
{
    struct dualpipe_limits result;
    struct dualpipe_error error = {0};

    cr_assert_eq(dp_limits_resolve(&result, &job, &policy_limits, &error), 0, "%s", error.subject);
    return result;
}

Test(limits, that_the_job_leaves_out_are_the_policys)
{
    const struct dualpipe_limits result = resolved((struct dualpipe_limits){0});

    cr_expect_eq(result.cpu_us, policy_limits.cpu_us);
    cr_expect_eq(result.wall_us, policy_limits.wall_us);
    cr_expect_eq(result.memory_bytes, policy_limits.memory_bytes);
    cr_expect_eq(result.output_bytes, policy_limits.output_bytes);
    cr_expect_eq(result.file_bytes, policy_limits.file_bytes);
    cr_expect_eq(result.open_files, policy_limits.open_files);
    cr_expect_eq(result.processes, policy_limits.processes);
    cr_expect_eq(result.disk_bytes, policy_limits.disk_bytes);
    cr_expect_eq(result.idle_us, DUALPIPE_UNLIMITED);
}

Test(limits, of_the_job_come_before_the_policys)
{
    const struct dualpipe_limits result = resolved((struct dualpipe_limits){
        .cpu_us = 1,
        .wall_us = 2,
        .memory_bytes = 10,
        .output_bytes = 4,
        .file_bytes = 5,
        .stack_bytes = 6,
        .open_files = 7,
        .processes = 8,
        .disk_bytes = 9,
    });

    cr_expect_eq(result.cpu_us, 1);
    cr_expect_eq(result.wall_us, 2);
    cr_expect_eq(result.memory_bytes, 10);
    cr_expect_eq(result.output_bytes, 4);
    cr_expect_eq(result.file_bytes, 5);
    cr_expect_eq(result.stack_bytes, 6);
    cr_expect_eq(result.open_files, 7);
    cr_expect_eq(result.processes, 8);
    cr_expect_eq(result.disk_bytes, 9);
}

Test(limits, may_be_lifted_by_name_only)
{
    cr_expect_eq(resolved((struct dualpipe_limits){.cpu_us = DUALPIPE_UNLIMITED}).cpu_us,
                 DUALPIPE_UNLIMITED);
    cr_expect_eq(
        resolved((struct dualpipe_limits){.output_bytes = DUALPIPE_UNLIMITED}).output_bytes,
        DUALPIPE_UNLIMITED);
}

Test(limits, are_never_zero_nor_negative_but_for_unlimited)
{
    static const size_t offsets[] = {
        offsetof(struct dualpipe_limits, cpu_us),
        offsetof(struct dualpipe_limits, wall_us),
        offsetof(struct dualpipe_limits, memory_bytes),
        offsetof(struct dualpipe_limits, output_bytes),
        offsetof(struct dualpipe_limits, file_bytes),
        offsetof(struct dualpipe_limits, stack_bytes),
        offsetof(struct dualpipe_limits, open_files),
        offsetof(struct dualpipe_limits, processes),
        offsetof(struct dualpipe_limits, disk_bytes),
    };
    static const int64_t bad[] = {-2, -1000, INT64_MIN};

    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++)
        for (size_t j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
            struct dualpipe_limits job = {0};
            struct dualpipe_limits result = {0};
            struct dualpipe_error error = {0};

            memcpy((char *)&job + offsets[i], &bad[j], sizeof(bad[j]));
            cr_expect_eq(dp_limits_resolve(&result, &job, &policy_limits, &error), -EINVAL);
            cr_expect_eq(error.step, DUALPIPE_STEP_READ_JOB);
            cr_expect(error.subject[0], "the limit is not named");
        }
}

Test(limits, give_a_wall_limit_where_only_cpu_time_is_given)
{
    const struct dualpipe_limits one = resolved((struct dualpipe_limits){.cpu_us = 1000000});
    const struct dualpipe_limits tiny = resolved((struct dualpipe_limits){.cpu_us = 1000});
    const struct dualpipe_limits both =
        resolved((struct dualpipe_limits){.cpu_us = 1000000, .wall_us = 500000});
    const struct dualpipe_limits vast = resolved((struct dualpipe_limits){.cpu_us = INT64_MAX});

    cr_expect_eq(one.wall_us, 3000000);
    cr_expect_geq(tiny.wall_us, 1000000, "a second more at least, for a slow host");
    cr_expect_eq(both.wall_us, 500000);
    cr_expect(vast.wall_us == DUALPIPE_UNLIMITED || vast.wall_us > 0, "no overflow");
}

Test(limits, of_the_disk_are_never_above_those_of_memory)
{
    cr_expect_eq(resolved((struct dualpipe_limits){.memory_bytes = 1 << 20}).disk_bytes, 1 << 20);
    cr_expect_eq(resolved((struct dualpipe_limits){.memory_bytes = 1 << 20,
                                                   .disk_bytes = DUALPIPE_UNLIMITED})
                     .disk_bytes,
                 1 << 20);
}

Test(limits, of_the_stack_follow_the_memory)
{
    cr_expect_eq(resolved((struct dualpipe_limits){.memory_bytes = 1 << 20}).stack_bytes, 1 << 20);
}

Test(limits, of_idleness_hold_only_where_they_are_asked_for)
{
    struct dualpipe_limits result;
    struct dualpipe_error error = {0};

    cr_assert_eq(
        dp_limits_resolve(&result, &(struct dualpipe_limits){.idle_us = 1}, &policy_limits, &error),
        0);
    cr_assert_eq(result.idle_us, 1);
    cr_assert_eq(dp_limits_resolve(&result, &(struct dualpipe_limits){0}, &policy_limits, &error),
                 0);
    cr_assert_eq(result.idle_us, DUALPIPE_UNLIMITED);
}

Test(limits, are_capped_at_what_the_host_itself_may_have)
{
    const struct rlimit files = {20, 20};
    const struct rlimit size = {4096, 4096};

    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &files), 0);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &size), 0);
    cr_expect_eq(resolved((struct dualpipe_limits){.open_files = 64}).open_files, 20);
    cr_expect_eq(resolved((struct dualpipe_limits){.open_files = 10}).open_files, 10);
    cr_expect_eq(resolved((struct dualpipe_limits){.file_bytes = DUALPIPE_UNLIMITED}).file_bytes,
                 4096, "unlimited cannot be had there");
}

static const struct dp_rlimit_step *find(const struct dp_rlimit_step *steps, unsigned count,
                                         int resource)
{
    for (unsigned i = 0; i < count; i++)
        if (steps[i].resource == (uint32_t)resource)
            return &steps[i];
    return NULL;
}

Test(limits, become_hard_limits_for_the_kernel)
{
    const struct dualpipe_limits limits = resolved((struct dualpipe_limits){
        .cpu_us = 1500000, .memory_bytes = 1 << 22, .stack_bytes = 1 << 21, .file_bytes = 1 << 20});
    struct dp_rlimit_step steps[DP_RLIMIT_STEPS];
    const unsigned count = dp_limits_rlimits(steps, &limits, 0);

    cr_assert_leq(count, DP_RLIMIT_STEPS);
    for (unsigned i = 0; i < count; i++)
        cr_expect_eq(steps[i].soft, steps[i].hard, "what is soft can be raised");
    cr_expect_eq(find(steps, count, RLIMIT_DATA)->hard, 1 << 22);
    cr_expect_eq(find(steps, count, RLIMIT_STACK)->hard, 1 << 21);
    cr_expect_eq(find(steps, count, RLIMIT_FSIZE)->hard, 1 << 20);
    cr_expect_gt(find(steps, count, RLIMIT_CPU)->hard, 2, "later than the supervisor, in seconds");
    cr_expect_leq(find(steps, count, RLIMIT_CORE)->hard, 1);
    cr_expect_eq(find(steps, count, RLIMIT_MEMLOCK)->hard, 0);
    cr_expect_eq(find(steps, count, RLIMIT_MSGQUEUE)->hard, 0);
    if (find(steps, count, RLIMIT_AS))
        cr_expect_geq(find(steps, count, RLIMIT_AS)->hard, UINT64_C(32) << 30,
                      "Go and Node reserve much more than they use");
}

/* The kernel books whole ticks: on a busy host more than was used, by a third and
 * more. The last resort may never come before the supervisor's exact look. */
Test(limits, of_cpu_time_have_a_backstop_far_behind_them)
{
    static const int64_t seconds[] = {1, 10, 30, 100, 3600};

    for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
        const struct dualpipe_limits limits =
            resolved((struct dualpipe_limits){.cpu_us = seconds[i] * 1000000});
        struct dp_rlimit_step steps[DP_RLIMIT_STEPS];
        const unsigned count = dp_limits_rlimits(steps, &limits, 0);

        cr_expect_geq(find(steps, count, RLIMIT_CPU)->hard, (uint64_t)(2 * seconds[i]));
    }
}

Test(limits, that_are_lifted_are_infinite_for_the_kernel)
{
    struct dualpipe_limits limits = resolved((struct dualpipe_limits){0});
    struct dp_rlimit_step steps[DP_RLIMIT_STEPS];
    unsigned count;

    limits.cpu_us = limits.memory_bytes = DUALPIPE_UNLIMITED;
    count = dp_limits_rlimits(steps, &limits, 0);
    cr_expect_eq(find(steps, count, RLIMIT_CPU)->hard, RLIM_INFINITY);
    cr_expect_eq(find(steps, count, RLIMIT_DATA)->hard, RLIM_INFINITY);
}

Test(limits, of_a_functions_memory_count_from_what_its_host_had)
{
    const struct dualpipe_limits limits =
        resolved((struct dualpipe_limits){.memory_bytes = 1 << 22});
    struct dp_rlimit_step steps[DP_RLIMIT_STEPS];
    const unsigned count = dp_limits_rlimits(steps, &limits, 1 << 20);

    cr_expect_eq(find(steps, count, RLIMIT_DATA)->hard, (1 << 22) + (1 << 20));
}

Test(limits, of_descriptors_and_processes_are_set_at_the_gate)
{
    struct dp_rlimit_step steps[DP_GATE_RLIMITS];
    struct dualpipe_limits limits = resolved((struct dualpipe_limits){.open_files = 3});
    unsigned count;

    limits.processes = 5;
    count = dp_limits_gate_rlimits(steps, &limits, 1);
    cr_expect_eq(find(steps, count, RLIMIT_NOFILE)->hard, 3);
    cr_expect_eq(find(steps, count, RLIMIT_NPROC)->hard, 6, "init is one of them");
    limits.processes = INT64_MAX;
    count = dp_limits_gate_rlimits(steps, &limits, 1);
    cr_expect_gt(find(steps, count, RLIMIT_NPROC)->hard, 5, "no overflow");
}

Test(limits, have_names_and_amounts_as_text)
{
    struct dualpipe_limits limits = {0};

    cr_expect_eq(dualpipe_limits_set(&limits, "time", "1500ms"), 0);
    cr_expect_eq(limits.cpu_us, 1500000);
    cr_expect_eq(dualpipe_limits_set(&limits, "memory", "64M"), 0);
    cr_expect_eq(limits.memory_bytes, 64 << 20);
    cr_expect_eq(dualpipe_limits_set(&limits, "processes", "unlimited"), 0);
    cr_expect_eq(limits.processes, DUALPIPE_UNLIMITED);
    cr_expect_eq(dualpipe_limits_set(&limits, "tmie", "1"), -ENOENT);
    cr_expect_eq(dualpipe_limits_set(&limits, "time", "soon"), -EINVAL);
    cr_expect_eq(dualpipe_limits_set(&limits, "time", "0"), -ERANGE);
    cr_expect_eq(limits.cpu_us, 1500000, "a failure leaves all as it was");
}
