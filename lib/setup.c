/* SPDX-License-Identifier: MIT */
/* setup.c - see setup.h. */
#include "setup.h"

#include "descriptor.h"
#include "environment.h"
#include "error.h"
#include "limits.h"
#include "traces.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define HOSTNAME "box"
#define INIT_GRACE_US DUALPIPE_SECONDS(1)
#define STRINGS_MAX 65536U
#define DP_PROGRAM_FD 3

/* The library for warm interpreters, embedded by zygote_library.S. */
extern const char dp_zygote_library[];
extern const char dp_zygote_library_end[];

static int bad_job(struct dualpipe_error *error, int errnum, const char *subject)
{
    return dp_fail(error, DUALPIPE_STEP_READ_JOB, errnum, subject);
}

static bool lets_processes_be_made(const struct dp_policy *policy)
{
    static const uint64_t fork_arguments[6] = {17 /* SIGCHLD */};
    static const uint64_t no_arguments[6] = {0};
    int errnum;

    return dp_policy_decide(policy, 56 /* clone */, fork_arguments, &errnum) == DP_ANSWER_ALLOW ||
           dp_policy_decide(policy, 57 /* fork */, no_arguments, &errnum) == DP_ANSWER_ALLOW ||
           dp_policy_decide(policy, 58 /* vfork */, no_arguments, &errnum) == DP_ANSWER_ALLOW ||
           dp_policy_decide(policy, 435 /* clone3 */, no_arguments, &errnum) == DP_ANSWER_ALLOW;
}

/* What cannot be given up without losing more than its name says, or without
 * another layer that needs it. */
static int check_given_up(const struct dp_setup *setup, struct dualpipe_error *error)
{
    const bool is_filtered = dp_setup_has(setup, DUALPIPE_LAYER_SECCOMP);

    if (!dp_setup_has(setup, DUALPIPE_LAYER_PID_NAMESPACE) && setup->makes_processes) {
        bad_job(error, EINVAL, "pid-namespace");
        dp_advise(error, "without it, processes that the target makes could outlive the run: "
                         "use a policy that allows none, and keep seccomp");
        return -EINVAL;
    }
    if (!dp_setup_has(setup, DUALPIPE_LAYER_NO_NEW_PRIVILEGES) &&
        dp_setup_has(setup, DUALPIPE_LAYER_CAPABILITIES) &&
        (is_filtered || dp_setup_has(setup, DUALPIPE_LAYER_LANDLOCK))) {
        bad_job(error, EINVAL, "no-new-privileges");
        dp_advise(error, "seccomp and landlock need it, or capabilities: give those up too");
        return -EINVAL;
    }
    return 0;
}

/* In containers /proc/sys often is read-only, or not there. The box sees the same
 * mounts, and its own number in the file, which it owns. */
static bool may_bar_user_namespaces(const struct dp_setup *setup)
{
    static const char file[] = "/proc/sys/user/max_user_namespaces";
    struct statvfs place;

    /* Never without a user namespace of the box's own: it would be the host's number. */
    return dp_setup_has(setup, DUALPIPE_LAYER_USER_NAMESPACE) && statvfs(file, &place) == 0 &&
           (place.f_flag & ST_RDONLY) == 0;
}

static int choose_layers(struct dp_setup *setup, struct dualpipe_error *error)
{
    const struct dualpipe_job *job = setup->job;
    const uint32_t all = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_COUNT) - 1;

    if ((job->without | job->require) & ~all)
        return bad_job(error, EINVAL, "no such layer");
    if (job->without & job->require) {
        bad_job(error, EINVAL, "a layer is both required and given up");
        return -EINVAL;
    }
    setup->layers = all & ~job->without;
    setup->bars_user_namespaces = may_bar_user_namespaces(setup);
    setup->makes_processes = !dp_setup_has(setup, DUALPIPE_LAYER_SECCOMP) ||
                             lets_processes_be_made(&setup->policy->policy);
    if (dp_setup_has(setup, DUALPIPE_LAYER_LANDLOCK) && dp_landlock_version() == 0) {
        if ((setup->policy->policy.layers | job->require) &
            DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_LANDLOCK))
            return dp_fail_layer(error, DUALPIPE_STEP_LANDLOCK, ENOSYS, DUALPIPE_LAYER_LANDLOCK,
                                 "landlock_create_ruleset");
        setup->layers &= ~DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_LANDLOCK);
    }
    return check_given_up(setup, error);
}

int dp_setup_check_job(const struct dualpipe_job *job, struct dualpipe_error *error)
{
    if ((job->argv && job->argv[0]) == (job->function != NULL)) {
        bad_job(error, EINVAL, "set either argv or function");
        return -EINVAL;
    }
    if (job->function && job->program)
        return bad_job(error, EINVAL, "a function has no program");
    if (job->directory && job->directory[0] != '/')
        return bad_job(error, EINVAL, job->directory);
    if (job->start_directory && job->start_directory[0] != '/')
        return bad_job(error, EINVAL, job->start_directory);
    if ((job->file_count && !job->files) || (job->bind_count && !job->binds) ||
        (job->collect_count && !job->collects))
        return bad_job(error, EINVAL, "a count without its array");
    return 0;
}

/* Around the box where the host lets us, and in any case where it is required.
 * One process is held well enough by rlimits, so that v1 and its cost are kept
 * for targets that may make more. */
static int make_cgroup(struct dp_setup *setup, struct dualpipe_error *error)
{
    const uint32_t bit = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP);
    const bool is_required =
        ((setup->policy->policy.layers | setup->job->require) & setup->layers & bit) != 0;
    const char *what;
    int result;

    if (!dp_setup_has(setup, DUALPIPE_LAYER_CGROUP))
        return 0;
    result = dp_cgroup_make(&setup->cgroup, !is_required && !setup->makes_processes, &what);
    if (setup->cgroup.kind != DP_CGROUP_NONE)
        return 0;
    setup->layers &= ~bit;
    if (!is_required)
        return 0;
    dp_fail_layer(error, DUALPIPE_STEP_MAKE_CGROUP, result < 0 ? -result : ENOTSUP,
                  DUALPIPE_LAYER_CGROUP, what);
    dp_advise(error, "run below a delegated cgroup (systemd-run --user --scope -p Delegate=yes), "
                     "as root, or do not require the layer");
    return -error->errnum;
}

static void count_own_processes(struct dp_setup *setup)
{
    setup->own_processes = setup->spawn == DP_SPAWN_NESTED ? 2 : 1;
    setup->own_user_processes = setup->spawn == DP_SPAWN_AGAIN ? 0 : setup->own_processes;
}

static bool has_place_to_start(const struct dp_policy *policy)
{
    for (size_t i = 0; i < policy->view_count; i++)
        if (policy->views[i].kind == DP_VIEW_DIRECTORY &&
            strcmp(policy->views[i].path, policy->directory) == 0)
            return true;
    return false;
}

/* What all targets shall be forks of: it has to be there for them, and our library
 * in it needs a place to be loaded from. */
static int check_interpreter(const struct dp_setup *setup, struct dualpipe_error *error)
{
    const uint32_t needed = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_USER_NAMESPACE) |
                            DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_PID_NAMESPACE) |
                            DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_MOUNT_NAMESPACE) |
                            DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_SECCOMP);
    const struct dp_program *program = &setup->program;
    int result;

    if (program->is_shown && program->loader[0] && (setup->layers & needed) == needed &&
        has_place_to_start(&setup->policy->policy))
        return 0;
    result = dp_fail(error, DUALPIPE_STEP_PRELOAD, EINVAL, program->host);
    if (!program->is_shown)
        dp_advise(error,
                  "policy %s does not show it: warm interpreters are for policies that do, "
                  "as python does for python3",
                  setup->policy->policy.name);
    else if (!program->loader[0])
        dp_advise(error, "it is linked statically: only a dynamic interpreter can be made warm");
    else if ((setup->layers & needed) != needed)
        dp_advise(error, "warm interpreters need the user, pid and mount namespaces, and seccomp");
    else
        dp_advise(error, "policy %s has no directory to start in (directory, start-in)",
                  setup->policy->policy.name);
    return result;
}

static int make_zygote(struct dp_setup *setup, struct dualpipe_error *error)
{
    const int result = check_interpreter(setup, error);

    if (result < 0)
        return result;
    setup->zygote_fd =
        dp_descriptor_memory("dualpipe-zygote", dp_zygote_library,
                             (size_t)(dp_zygote_library_end - dp_zygote_library), false);
    if (setup->zygote_fd < 0)
        return dp_fail(error, DUALPIPE_STEP_PRELOAD, -setup->zygote_fd, "memfd_create");
    setup->fds[setup->fd_count++] = setup->zygote_fd;
    return 0;
}

static int make(struct dp_setup *setup, const struct dualpipe_job *job,
                const struct dualpipe_policy *policy, enum dp_spawn spawn,
                struct dualpipe_error *error)
{
    int result;

    *setup = (struct dp_setup){
        .job = job,
        .policy = policy,
        .spawn = spawn,
        .forks = spawn != DP_SPAWN_NONE && job->argv,
        .sheet_fd = -1,
        .zygote_fd = -1,
    };
    setup->identity.lock_fd = -1;
    setup->spawner.lock_fd = -1;
    count_own_processes(setup);
    setup->program.fd = -1;
    dp_cgroup_init(&setup->cgroup);
    dp_cpus_init(&setup->cpus);
    result = spawn == DP_SPAWN_NONE ? dp_setup_check_job(job, error) : 0;
    if (result == 0)
        result = choose_layers(setup, error);
    if (result == 0)
        result = dp_limits_resolve(&setup->limits, &job->limits, &policy->policy.limits, error);
    if (result == 0)
        result = dp_cpus_choose(&setup->cpus, job->cpus, error);
    if (result == 0)
        result = spawn == DP_SPAWN_AGAIN
                     ? dp_identity_claim_two(&setup->identity, &setup->spawner, error)
                     : dp_identity_claim(&setup->identity, error);
    if (result == 0 && !job->function && (spawn == DP_SPAWN_NONE || setup->forks))
        result = dp_program_open(&setup->program, job, &policy->policy, &setup->identity,
                                 dp_setup_has(setup, DUALPIPE_LAYER_MOUNT_NAMESPACE), error);
    if (result == 0 && setup->forks)
        result = make_zygote(setup, error);
    if (result == 0)
        result = make_cgroup(setup, error);
    if (result < 0)
        dp_setup_release(setup);
    return result;
}

int dp_setup_make(struct dp_setup *setup, const struct dualpipe_job *job,
                  const struct dualpipe_policy *policy, struct dualpipe_error *error)
{
    return make(setup, job, policy, DP_SPAWN_NONE, error);
}

int dp_setup_make_warm(struct dp_setup *setup, const struct dualpipe_job *job,
                       const struct dualpipe_policy *policy, enum dp_spawn spawn, int sheet_fd,
                       struct dualpipe_error *error)
{
    const int result = make(setup, job, policy, spawn, error);

    if (result < 0) {
        dp_descriptor_close(&sheet_fd);
        return result;
    }
    setup->sheet_fd = sheet_fd;
    setup->fds[setup->fd_count++] = sheet_fd;
    return 0;
}

static unsigned count_strings(const char *const *strings)
{
    unsigned count = 0;

    while (strings && strings[count] && count <= STRINGS_MAX)
        count++;
    return count;
}

/* Offsets of the texts, then their array. */
static uint32_t put_strings(struct dp_block *block, const char *const *first, unsigned first_count,
                            const char *const *second, unsigned second_count)
{
    const unsigned count = first_count + second_count;
    const uint32_t array = dp_block_put(block, NULL, count * sizeof(uint32_t));

    for (unsigned i = 0; i < count; i++) {
        const char *text = i < first_count ? first[i] : second[i - first_count];
        const uint32_t offset = dp_block_text(block, text);

        if (block->failed)
            return 0;
        memcpy(block->bytes + array + i * sizeof(offset), &offset, sizeof(offset));
    }
    return array;
}

static int put_command(struct dp_setup *setup, struct dp_plan *plan, struct dualpipe_error *error)
{
    const struct dp_policy *policy = &setup->policy->policy;
    const struct dualpipe_job *job = setup->job;
    const char *environment[256];
    unsigned environment_count = 0;
    const unsigned added = count_strings(job->env);

    plan->argument_count = count_strings(job->argv);
    if (plan->argument_count > STRINGS_MAX || added > STRINGS_MAX)
        return bad_job(error, E2BIG, "too many arguments");
    for (size_t i = 0; i < policy->env_count && environment_count < 256; i++)
        if (!dp_environment_overrides(job->env, policy->env[i]))
            environment[environment_count++] = policy->env[i];
    plan->environment_count = environment_count + added;
    plan->program = dp_block_text(&setup->block, setup->program.inside);
    plan->arguments = put_strings(&setup->block, job->argv, plan->argument_count, NULL, 0);
    plan->environment = put_strings(&setup->block, environment, environment_count, job->env, added);
    plan->pointers =
        dp_block_put(&setup->block, NULL,
                     (plan->argument_count + plan->environment_count + 2) * sizeof(uint64_t));
    return 0;
}

static void put_ids(const struct dp_setup *setup, struct dp_plan *plan)
{
    const bool mapped = dp_setup_has(setup, DUALPIPE_LAYER_USER_NAMESPACE);

    plan->set_ids = setup->identity.is_private || setup->identity.is_subordinate;
    plan->bars_user_namespaces = setup->bars_user_namespaces;
    plan->uid = mapped ? DP_UID_INSIDE : setup->identity.uid;
    plan->gid = mapped ? DP_UID_INSIDE : setup->identity.gid;
    if (setup->spawn == DP_SPAWN_AGAIN) {
        plan->target_uid = plan->uid;
        plan->target_gid = plan->gid;
        plan->uid = plan->gid = DP_UID_SPAWNER;
    }
    plan->capability_last = (uint32_t)cap_max_bits() - 1;
}

static void put_zygote(struct dp_setup *setup, struct dp_plan *plan)
{
    const struct dp_policy *policy = &setup->policy->policy;

    plan->forks = setup->forks;
    plan->zygote_fd = setup->zygote_fd;
    plan->preload_count = (uint32_t)policy->preload_count;
    plan->preload = put_strings(&setup->block, policy->preload, plan->preload_count, NULL, 0);
}

/* The number for a program is one that nothing of the target's has, and low: the kernel
 * puts none where the limit on descriptors ends, which is the host's own. */
static void put_spawn(struct dp_setup *setup, struct dp_plan *plan)
{
    plan->spawn = setup->spawn;
    plan->sheet_fd = setup->sheet_fd;
    plan->ruleset_fd = -1;
    plan->renews_ipc = dp_traces_in_ipc(&setup->policy->policy);
    plan->program_fd = DP_PROGRAM_FD;
    if (plan->error_fd == plan->program_fd)
        plan->program_fd++;
    setup->program_fd = plan->program_fd;
}

static void put_cpus(const struct dp_setup *setup, struct dp_plan *plan)
{
    cpu_set_t set = setup->cpus.set;

    /* Where nothing is asked for, the caller's own. */
    plan->sets_cpus = setup->cpus.is_set || sched_getaffinity(0, sizeof(set), &set) == 0;
    memcpy(plan->cpus, &set, sizeof(plan->cpus));
}

static void put_ends(struct dp_setup *setup, struct dp_plan *plan, const struct dp_child_ends *ends)
{
    plan->control_fd = ends->control;
    plan->status_fd = ends->status;
    plan->life_fd = ends->life;
    plan->error_fd = ends->error;
    for (int i = 0; i < 3; i++)
        plan->stream_fds[i] = ends->streams[i];
    for (int i = 0; i < DP_TREE_COUNT - 1; i++)
        plan->group_fds[i] = ends->doors[i];
    plan->group_subject = dp_block_text(&setup->block, DP_CGROUP_DOOR);
}

int dp_setup_plan(struct dp_setup *setup, const struct dp_child_ends *ends,
                  struct dualpipe_error *error)
{
    const struct dp_policy *policy = &setup->policy->policy;
    const struct dp_filter *filter = &setup->policy->filter;
    const char *directory = setup->job->directory ? setup->job->directory : policy->directory;
    struct dp_rlimit_step rlimits[DP_RLIMIT_STEPS];
    struct dp_plan plan = {.layers = setup->layers};
    struct dp_block *block = &setup->block;
    int result;

    dp_block_put(block, NULL, sizeof(plan)); /* its place; filled in at the end */
    put_ends(setup, &plan, ends);
    put_ids(setup, &plan);
    put_cpus(setup, &plan);
    put_spawn(setup, &plan);
    result = dp_view_plan(setup, &plan, error);
    if (result == 0 && (setup->spawn == DP_SPAWN_NONE || setup->forks))
        result = put_command(setup, &plan, error);
    if (result < 0)
        return result;
    if (setup->forks)
        put_zygote(setup, &plan);
    if (!dp_setup_has(setup, DUALPIPE_LAYER_MOUNT_NAMESPACE))
        directory = setup->job->directory ? setup->job->directory : "/";
    if (setup->job->start_directory)
        directory = setup->job->start_directory;
    plan.directory = dp_block_text(block, directory);
    plan.hostname = dp_block_text(block, HOSTNAME);
    if (dp_setup_has(setup, DUALPIPE_LAYER_RLIMITS) && setup->spawn == DP_SPAWN_NONE)
        plan.rlimit_count = dp_limits_rlimits(rlimits, &setup->limits, setup->inherited_bytes);
    plan.rlimits = dp_block_put(block, rlimits, plan.rlimit_count * sizeof(rlimits[0]));
    plan.filter_count = (uint32_t)filter->count;
    plan.filter =
        dp_block_put(block, filter->instructions, filter->count * sizeof(struct sock_filter));
    plan.init_deadline_us = -1;
    if (setup->spawn == DP_SPAWN_NONE && setup->limits.wall_us != DUALPIPE_UNLIMITED &&
        setup->limits.wall_us < INT64_MAX / 2)
        plan.init_deadline_us = setup->limits.wall_us + INIT_GRACE_US;
    if (setup->job->function) {
        plan.layers |= DP_PLAN_FUNCTION;
        plan.function = (uint64_t)(uintptr_t)setup->job->function;
        plan.function_argument = (uint64_t)(uintptr_t)setup->job->argument;
    } else if (dp_setup_watches_stack(setup)) {
        plan.layers |= DP_PLAN_WATCH_STACK;
        if (setup->makes_processes)
            plan.layers |= DP_PLAN_WATCH_CHILDREN;
    }
    /* Nobody else knows then of children that their parent does not wait for. */
    setup->counts_dead = setup->makes_processes && setup->cgroup.kind == DP_CGROUP_NONE &&
                         !setup->job->function && !setup->runs_in_place;
    if (setup->counts_dead)
        plan.layers |= DP_PLAN_COUNT_DEAD;
    if (block->failed)
        return bad_job(error, ENOMEM, NULL);
    plan.size = block->size;
    memcpy(block->bytes, &plan, sizeof(plan));
    return 0;
}

void dp_setup_release(struct dp_setup *setup)
{
    dp_program_release(&setup->program);
    dp_cgroup_remove(&setup->cgroup);
    dp_cpus_release(&setup->cpus);
    dp_identity_release(&setup->identity);
    dp_identity_release(&setup->spawner);
    for (unsigned i = 0; i < setup->fd_count; i++)
        dp_descriptor_close(&setup->fds[i]);
    setup->fd_count = 0;
    dp_block_release(&setup->block);
}
