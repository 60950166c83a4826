/* SPDX-License-Identifier: MIT */
/* agree_test.c - the sources of one run's figures, next to each other: the CPU
 * clock, the cgroup, the walk over /proc, and what wait4() says in the end. */
#include "checks.h"

#include "cgroup.h"
#include "meter.h"
#include "run.h"

#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(sources, .timeout = 240, .init = checks_begin, .fini = checks_end);

#define USE DUALPIPE_TEST_PROGRAMS "/../limits/use"
#define PROCESSES DUALPIPE_TEST_PROGRAMS "/../limits/processes.policy"
/* What init and the gate use, the exec's beginning, a tick of the kernel's. */
#define SPARE_US 15000

/* A run that ends at its CPU limit, for then a reading of the source lies just
 * before the end. */
static void run_to_its_limit(struct dp_run *run, const struct dualpipe_policy *policy,
                             const char *act, uint32_t without)
{
    const struct dualpipe_job job = {
        .argv = ARGV(USE, act, "3", "0"),
        .policy = policy,
        .without = without,
        .limits = {.cpu_us = 300000, .wall_us = LONG_US},
    };
    struct dualpipe_error error = {0};
    char text[400];

    cr_assert_eq(dp_run_prepare(run, &job, DUALPIPE_ROUTE_DISCARD, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
    cr_assert_eq(dp_run_start(run, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
    cr_assert_eq(dp_run_supervise(run, &(struct dp_run_events){NULL, NULL}), 0);
}

static void check_source(const char *act, bool has_children, bool has_group,
                         enum dp_meter_source source)
{
    struct dp_run *run = calloc(1, sizeof(*run));
    struct dualpipe_policy *family = NULL;
    struct dualpipe_result result = {0};

    cr_assert_not_null(run);
    cr_assert_eq(dualpipe_policy_load(&family, PROCESSES, NULL), 0);
    run_to_its_limit(run, has_children ? family : native_policy(), act,
                     has_group ? 0 : DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP));
    if (source == DP_METER_CGROUP && run->setup.cgroup.kind == DP_CGROUP_NONE)
        source = DP_METER_WALK; /* none can be made here */
    cr_expect_eq(run->meter.source, source, "%s", act);
    dp_run_result(run, &result);
    cr_expect_eq(result.verdict, DUALPIPE_TIME_LIMIT, "%s", result.reason);
    /* The source said "300 ms", and what wait4() counted is no less. */
    cr_expect_geq(result.usage.cpu_us, 300000, "%s", act);
    if (source == DP_METER_CGROUP) {
        const int64_t group_us = run->group_usage.cpu_us - run->meter.before_us;

        cr_expect_lt(llabs(group_us - result.usage.cpu_us), SPARE_US,
                     "%s: %ld us by the cgroup, %ld by wait4()", act, (long)group_us,
                     (long)result.usage.cpu_us);
    }
    dp_run_release(run);
    free(run);
    dualpipe_policy_free(family);
}

Test(sources, clock_and_wait_agree_for_threads)
{
    check_source("threads", false, false, DP_METER_CLOCK);
}

Test(sources, cgroup_and_wait_agree_for_children)
{
    check_source("children", true, true, DP_METER_CGROUP);
}

Test(sources, walk_and_wait_agree_for_children)
{
    check_source("children", true, false, DP_METER_WALK);
}
