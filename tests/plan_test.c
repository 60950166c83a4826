/* SPDX-License-Identifier: MIT */
/* plan_test.c - a job, resolved into one flat block: no box is made. */
#include "plan.h"
#include "setup.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct dualpipe_policy *policy;

static void load_policy(void)
{
    cr_assert_eq(dualpipe_policy_load(&policy, "native", NULL), 0);
}

static void free_policy(void)
{
    dualpipe_policy_free(policy);
}

TestSuite(plan, .timeout = 20, .init = load_policy, .fini = free_policy);

static const struct dp_child_ends ends = {
    .control = 101, .status = 102, .life = 103, .error = 104, .streams = {105, 106, 107}};

static const struct dp_plan *make_plan(struct dp_setup *setup, const struct dualpipe_job *job)
{
    struct dualpipe_error error = {0};
    char text[512];

    cr_assert_eq(dp_setup_make(setup, job, policy, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
    cr_assert_eq(dp_setup_plan(setup, &ends, &error), 0, "%s",
                 dualpipe_error_text(&error, text, sizeof(text)));
    return (const struct dp_plan *)(const void *)setup->block.bytes;
}

static const char *text_at(const struct dp_plan *plan, uint32_t offset)
{
    cr_assert_gt(offset, 0);
    cr_assert_lt(offset, plan->size);
    cr_assert(memchr((const char *)plan + offset, '\0', plan->size - offset), "no end of text");
    return (const char *)plan + offset;
}

static const char *string_of(const struct dp_plan *plan, uint32_t array, uint32_t index)
{
    const uint32_t *offsets = (const uint32_t *)(const void *)((const char *)plan + array);

    cr_assert_leq((uint64_t)array + (index + 1) * sizeof(*offsets), plan->size);
    return text_at(plan, offsets[index]);
}

static const struct dualpipe_job simple = {.argv = ARGV("/bin/true", "one", "", "t w o")};

Test(plan, holds_the_arguments_and_the_ends)
{
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(&setup, &simple);

    cr_assert_eq(plan->size, setup.block.size);
    cr_assert_eq(plan->argument_count, 4);
    cr_expect_str_eq(string_of(plan, plan->arguments, 0), "/bin/true");
    cr_expect_str_eq(string_of(plan, plan->arguments, 1), "one");
    cr_expect_str_eq(string_of(plan, plan->arguments, 2), "");
    cr_expect_str_eq(string_of(plan, plan->arguments, 3), "t w o");
    cr_expect_eq(plan->control_fd, 101);
    cr_expect_eq(plan->status_fd, 102);
    cr_expect_eq(plan->life_fd, 103);
    cr_expect_eq(plan->error_fd, 104);
    cr_expect_eq(plan->stream_fds[2], 107);
    dp_setup_release(&setup);
}

Test(plan, has_room_for_all_pointers_inside_the_block)
{
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(&setup, &simple);
    const uint64_t count = plan->argument_count + plan->environment_count + 2;

    cr_expect_eq(plan->pointers % 8, 0);
    cr_expect_leq(plan->pointers + count * 8, plan->size);
    cr_expect_leq(plan->mounts + plan->mount_count * sizeof(struct dp_mount_step), plan->size);
    cr_expect_leq(plan->rlimits + plan->rlimit_count * sizeof(struct dp_rlimit_step), plan->size);
    cr_expect_leq(plan->landlock + plan->landlock_count * sizeof(struct dp_landlock_step),
                  plan->size);
    cr_expect_leq(plan->filter + plan->filter_count * 8, plan->size);
    cr_expect_gt(plan->filter_count, 0);
    dp_setup_release(&setup);
}

Test(plan, means_the_same_wherever_it_lies)
{
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(&setup, &simple);
    struct dp_plan *moved = malloc(plan->size);

    cr_assert(moved);
    memcpy(moved, plan, plan->size);
    memset(setup.block.bytes, 0xa5, moved->size);
    cr_expect_str_eq(string_of(moved, moved->arguments, 3), "t w o");
    cr_expect_str_eq(text_at(moved, moved->directory), "/box");
    cr_expect(strlen(text_at(moved, moved->program)) > 0);
    free(moved);
    dp_setup_release(&setup);
}

Test(plan, of_the_same_job_is_the_same)
{
    struct dp_setup first;
    struct dp_setup second;

    make_plan(&first, &(struct dualpipe_job){.argv = ARGV("/bin/true")});
    make_plan(&second, &(struct dualpipe_job){.argv = ARGV("/bin/true")});
    cr_expect_eq(first.block.size, second.block.size);
    dp_setup_release(&first);
    dp_setup_release(&second);
}

static bool has_environment(const struct dp_plan *plan, const char *entry)
{
    for (uint32_t i = 0; i < plan->environment_count; i++)
        if (strcmp(string_of(plan, plan->environment, i), entry) == 0)
            return true;
    return false;
}

Test(plan, lets_the_job_override_the_policys_environment)
{
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(
        &setup, &(struct dualpipe_job){.argv = ARGV("/bin/true"), .env = ARGV("PATH=/x", "NEW=1")});

    cr_expect(has_environment(plan, "PATH=/x"));
    cr_expect(has_environment(plan, "NEW=1"));
    cr_expect_not(has_environment(plan, "PATH=/usr/bin:/bin"));
    cr_expect(has_environment(plan, "HOME=/box"));
    dp_setup_release(&setup);
}

Test(plan, inherits_nothing_from_the_hosts_environment)
{
    struct dp_setup setup;
    const struct dp_plan *plan;

    setenv("SECRET", "1", 1);
    plan = make_plan(&setup, &simple);
    cr_expect_not(has_environment(plan, "SECRET=1"));
    dp_setup_release(&setup);
}

Test(plan, gives_up_layers_by_name_only)
{
    const uint32_t network = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_NETWORK_NAMESPACE);
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(&setup, &simple);

    cr_expect(plan->layers & network);
    cr_expect(plan->layers & DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_SECCOMP));
    dp_setup_release(&setup);
    plan = make_plan(&setup, &(struct dualpipe_job){.argv = ARGV("/bin/true"), .without = network});
    cr_expect_not(plan->layers & network);
    cr_expect(plan->layers & DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_SECCOMP));
    dp_setup_release(&setup);
}

static int nothing(void *argument)
{
    (void)argument;
    return 0;
}

Test(plan, of_a_function_names_it)
{
    struct dp_setup setup;
    int argument;
    const struct dp_plan *plan =
        make_plan(&setup, &(struct dualpipe_job){.function = nothing, .argument = &argument});

    cr_expect(plan->layers & DP_PLAN_FUNCTION);
    cr_expect_eq(plan->function, (uint64_t)(uintptr_t)nothing);
    cr_expect_eq(plan->function_argument, (uint64_t)(uintptr_t)&argument);
    dp_setup_release(&setup);
}

Test(plan, never_makes_the_target_uid_0)
{
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(&setup, &simple);

    cr_expect_neq(plan->uid, 0);
    cr_expect_neq(plan->gid, 0);
    cr_expect_neq(setup.identity.uid, 0);
    dp_setup_release(&setup);
}

Test(plan, gives_init_a_deadline_after_the_wall_limit)
{
    struct dp_setup setup;
    const struct dp_plan *plan = make_plan(
        &setup, &(struct dualpipe_job){.argv = ARGV("/bin/true"), .limits.wall_us = 5000000});

    cr_expect_gt(plan->init_deadline_us, 5000000);
    cr_expect_leq(plan->init_deadline_us, 7000000);
    dp_setup_release(&setup);
    plan = make_plan(&setup, &(struct dualpipe_job){.argv = ARGV("/bin/true"),
                                                    .limits.wall_us = DUALPIPE_UNLIMITED});
    cr_expect_eq(plan->init_deadline_us, -1);
    dp_setup_release(&setup);
}

static int errno_of(const struct dualpipe_job *job, struct dualpipe_error *error)
{
    struct dp_setup setup;
    const int result = dp_setup_make(&setup, job, policy, error);

    if (result == 0)
        dp_setup_release(&setup);
    return result;
}

Test(plan, is_not_made_of_a_job_that_contradicts_itself)
{
    const uint32_t no_layer = UINT32_C(1) << DUALPIPE_LAYER_COUNT;
    const uint32_t landlock = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_LANDLOCK);
    const struct dualpipe_job jobs[] = {
        {0},
        {.argv = ARGV("/bin/true"), .function = nothing},
        {.argv = (const char *const[]){NULL}},
        {.function = nothing, .directory = "relative"},
        {.function = nothing, .file_count = 1},
        {.function = nothing, .bind_count = 1},
        {.function = nothing, .collect_count = 1},
        {.function = nothing, .without = no_layer},
        {.function = nothing, .require = no_layer},
        {.function = nothing, .without = landlock, .require = landlock},
        {.function = nothing, .limits.cpu_us = -2},
    };

    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        struct dualpipe_error error = {0};

        cr_expect_eq(errno_of(&jobs[i], &error), -EINVAL, "job %zu", i);
        cr_expect_eq(error.step, DUALPIPE_STEP_READ_JOB, "job %zu", i);
        cr_expect_eq(error.errnum, EINVAL, "job %zu", i);
    }
}
