/* SPDX-License-Identifier: MIT */
/* run.c - see run.h. */
#include "run.h"

#include "clock.h"
#include "describe.h"
#include "descriptor.h"
#include "error.h"
#include "meter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Of a difference that is smaller, nothing is concluded. */
#define NEVER_WAITED_FOR_US 20000

static void copy_job(struct dualpipe_job *copy, const struct dualpipe_job *job)
{
    const size_t size = job->size > 0 && job->size < sizeof(*copy) ? job->size : sizeof(*copy);

    memset(copy, 0, sizeof(*copy));
    memcpy(copy, job, size);
}

void dp_run_init(struct dp_run *run)
{
    run->wake_fd = -1;
    run->memory_fd = -1;
    run->cancel_fd = -1;
    dp_box_init(&run->box);
    run->setup.identity.lock_fd = -1;
    run->setup.spawner.lock_fd = -1;
    run->setup.sheet_fd = -1;
    dp_cgroup_init(&run->setup.cgroup);
    dp_cpus_init(&run->setup.cpus);
    run->setup.program.fd = -1;
    for (int i = 0; i < 3; i++) {
        run->child_streams[i] = -1;
        run->streams.stream[i].end = -1;
        run->streams.stream[i].own = -1;
    }
}

static int load_policy(struct dp_run *run, const struct dualpipe_policy **policy,
                       struct dualpipe_error *error)
{
    int result;

    *policy = run->job.policy;
    if (*policy)
        return 0;
    result = dualpipe_policy_load(&run->own_policy, "strict", error);
    *policy = run->own_policy;
    return result;
}

int dp_run_prepare(struct dp_run *run, const struct dualpipe_job *job, enum dualpipe_route unset,
                   struct dualpipe_error *error)
{
    const struct dualpipe_policy *policy;
    int result;

    dp_run_init(run);
    run->started_us = dp_now_us();
    copy_job(&run->job, job);
    if (run->job.cancel_fd)
        run->cancel_fd = *run->job.cancel_fd;
    result = load_policy(run, &policy, error);
    if (result == 0)
        result = dp_setup_make(&run->setup, &run->job, policy, error);
    if (result < 0)
        return result;
    run->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (run->wake_fd >= 0)
        run->wake_fd = dp_descriptor_raise(run->wake_fd);
    if (run->wake_fd < 0)
        return dp_fail(error, DUALPIPE_STEP_SUPERVISE, errno, "eventfd");
    return dp_streams_make(&run->streams, &run->job, unset, run->setup.limits.output_bytes,
                           run->setup.identity.uid, run->child_streams, error);
}

bool dp_run_is_too_large(const struct dp_run *run)
{
    return !run->job.function && run->setup.limits.memory_bytes != DUALPIPE_UNLIMITED &&
           run->setup.program.writable_bytes > run->setup.limits.memory_bytes;
}

int dp_run_start(struct dp_run *run, struct dualpipe_error *error)
{
    int result;

    if (dp_run_is_too_large(run)) {
        run->facts.exec_too_large = true;
        run->facts.executable_bytes = run->setup.program.writable_bytes;
        for (int i = 0; i < 3; i++)
            dp_descriptor_close(&run->child_streams[i]);
        return 0;
    }
    result = dp_box_start(&run->box, &run->setup, run->child_streams, error);
    if (result < 0)
        return result;
    run->oom_kills_before = dp_meter_host_oom_kills(); /* while the box makes itself */
    return dp_box_bring_to_gate(&run->box, &run->setup, &run->waits, error);
}

static int64_t larger(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

/* The cgroup's peak, less what was charged before the target began; of one
 * process the kernel's own mark says as much, without pages that were there. */
static void put_memory(const struct dp_run *run, struct dualpipe_result *made)
{
    const struct dp_cgroup_usage *group = &run->group_usage;
    int64_t peak = DUALPIPE_UNKNOWN;

    if (!run->setup.runs_in_place) { /* as a copy of its host it starts with its pages */
        peak = run->report.target.max_rss_bytes;
        made->memory_source = "rusage";
    }
    if (run->memory_held_bytes > peak) { /* page tables count there */
        peak = run->memory_held_bytes;
        made->memory_source = "procfs";
    }
    if (run->meter.source == DP_METER_WALK && run->meter.memory_peak_bytes > peak) {
        peak = run->meter.memory_peak_bytes;
        made->memory_source = "procfs";
    }
    if (run->setup.cgroup.kind != DP_CGROUP_NONE && group->memory_peak_bytes > 0 &&
        (run->setup.makes_processes || run->job.function || run->setup.runs_in_place)) {
        peak = larger(group->memory_peak_bytes - run->group_before_bytes, peak);
        made->memory_source = dp_cgroup_source(&run->setup.cgroup);
    }
    made->usage.memory_peak_bytes = peak;
}

/* Children that nobody waits for, since their parent ignores SIGCHLD, are in no
 * figure of wait4(2). The cgroup's own says no more than that they were: it may
 * have a little of the box itself in it. */
static int64_t never_waited_for_us(const struct dp_run *run, int64_t waited_for_us)
{
    const int64_t more = run->meter.group_us - waited_for_us;

    return more > NEVER_WAITED_FOR_US + waited_for_us / 50 ? more : 0;
}

static void put_usage(const struct dp_run *run, struct dualpipe_result *made)
{
    struct dualpipe_usage *usage = &made->usage;
    const struct dp_child_usage *all = &run->report.all;
    int64_t system_us = all->system_us - run->box.gate_cpu_us;
    int64_t user_us = all->user_us;

    *usage = (struct dualpipe_usage){
        .memory_peak_bytes = DUALPIPE_UNKNOWN,
        .memory_files_bytes = DUALPIPE_UNKNOWN,
        .memory_cache_bytes = DUALPIPE_UNKNOWN,
        .processes_peak = DUALPIPE_UNKNOWN,
        .stdout_bytes = run->streams.stream[DP_OUTPUT].bytes,
        .stderr_bytes = run->streams.stream[DP_ERROR].bytes,
    };
    made->cpu_source = "rusage";
    if (!run->has_report)
        return;
    if (system_us < 0) { /* what was used before the gate was ours */
        user_us = user_us + system_us > 0 ? user_us + system_us : 0;
        system_us = 0;
    }
    user_us += never_waited_for_us(run, user_us + system_us);
    usage->user_us = user_us;
    usage->system_us = system_us;
    usage->cpu_us = user_us + system_us;
    usage->wall_us = larger(run->report.end_us - run->box.opened_us, 0); /* killed at the gate */
    usage->setup_us = run->box.opened_us - run->started_us;
    usage->switches_voluntary = run->report.target.switches_voluntary;
    usage->switches_involuntary = run->report.target.switches_involuntary;
    if (run->setup.cgroup.kind != DP_CGROUP_NONE && /* up to the gate's peak, it is ours */
        run->group_usage.processes_peak > run->group_before_processes)
        usage->processes_peak = run->group_usage.processes_peak - run->setup.own_processes;
    put_memory(run, made);
    usage->memory_files_bytes = run->files_bytes;
    if (run->setup.cgroup.kind != DP_CGROUP_NONE)
        usage->memory_cache_bytes = run->group_usage.memory_cache_bytes;
}

static void note(struct dualpipe_layer_report *layer, const char *text)
{
    const size_t length = strlen(layer->note);

    snprintf(layer->note + length, sizeof(layer->note) - length, "%s%s", length > 0 ? "; " : "",
             text);
}

static void put_layers(const struct dp_run *run, struct dualpipe_layer_report *layers)
{
    const bool ran = run->box.ran;

    for (int i = 0; i < DUALPIPE_LAYER_COUNT; i++) {
        if (run->job.without & DUALPIPE_LAYER_BIT(i)) {
            layers[i].state = DUALPIPE_LAYER_GIVEN_UP;
            note(&layers[i], "given up by the job");
        } else if (!ran) {
            note(&layers[i], "no box was made");
        } else if (dp_setup_has(&run->setup, (enum dualpipe_layer)i)) {
            layers[i].state = DUALPIPE_LAYER_ON;
        } else if (i == DUALPIPE_LAYER_CGROUP) {
            note(&layers[i], run->setup.makes_processes
                                 ? "none can be made here: rlimits and sampling instead"
                                 : "not needed for one process: rlimits and clocks instead");
        } else {
            layers[i].state = DUALPIPE_LAYER_UNAVAILABLE;
            note(&layers[i], "this kernel has it not");
        }
    }
    if (layers[DUALPIPE_LAYER_USER_NAMESPACE].state == DUALPIPE_LAYER_ON &&
        !run->setup.bars_user_namespaces)
        note(&layers[DUALPIPE_LAYER_USER_NAMESPACE],
             "/proc/sys cannot be written: only the filter bars nested ones");
    if (layers[DUALPIPE_LAYER_USER_NAMESPACE].state == DUALPIPE_LAYER_ON &&
        !run->setup.identity.is_private && getgroups(0, NULL) > 1)
        note(&layers[DUALPIPE_LAYER_USER_NAMESPACE],
             "the caller's supplementary groups could not be dropped");
}

static void copy_text(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from);
}

void dp_run_result(const struct dp_run *run, struct dualpipe_result *result)
{
    const struct dualpipe_policy *policy = run->setup.policy;
    struct dp_facts facts = run->facts;
    struct dualpipe_result made = {.size = sizeof(made)};
    size_t size = sizeof(made);

    facts.has_status = run->has_report;
    facts.status = run->report.wait_status;
    facts.oom_kills = larger(run->group_usage.oom_kills, 0);
    made.pid = run->box.target;
    made.ended_us = run->has_report ? run->report.end_us : 0;
    made.limits = run->setup.limits;
    made.refused = run->refused;
    made.attested = run->box.attested;
    if (run->box.ran) {
        made.warm = run->is_warm;
        made.freshness = run->freshness ? run->freshness : DUALPIPE_FRESHNESS_NEW;
        copy_text(made.freshness_note, sizeof(made.freshness_note),
                  run->freshness_note ? run->freshness_note : "");
    }
    made.exec_once = policy->policy.exec_once && dp_setup_has(&run->setup, DUALPIPE_LAYER_SECCOMP);
    put_usage(run, &made);
    made.steal_us = run->steal_before_us > 0 ? run->steal_us : DUALPIPE_UNKNOWN;
    put_layers(run, made.layers);
    copy_text(made.policy_name, sizeof(made.policy_name), policy->policy.name);
    copy_text(made.policy_sha256, sizeof(made.policy_sha256), policy->policy.sha256);
    if (dp_setup_has(&run->setup, DUALPIPE_LAYER_SECCOMP))
        copy_text(made.filter_sha256, sizeof(made.filter_sha256), policy->filter.sha256);
    if (made.refused.count > 0) {
        dp_refusal_text(made.refused_text, sizeof(made.refused_text), &made.refused, &run->told);
        dp_refusal_hint(made.refused_hint, sizeof(made.refused_hint), &policy->policy,
                        &made.refused);
    }
    dp_verdict_decide(&made, &facts);
    if (result->size > 0 && result->size < size)
        size = result->size;
    made.size = size;
    memcpy(result, &made, size);
}

void dp_run_release(struct dp_run *run)
{
    dp_box_remove(&run->box);
    for (int i = 0; i < 3; i++)
        dp_descriptor_close(&run->child_streams[i]);
    dp_streams_release(&run->streams);
    dp_waitset_release(&run->waits);
    dp_descriptor_close(&run->wake_fd);
    dp_descriptor_close(&run->memory_fd);
    dp_setup_release(&run->setup);
    dualpipe_policy_free(run->own_policy);
    run->own_policy = NULL;
}
