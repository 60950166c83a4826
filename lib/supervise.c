/* SPDX-License-Identifier: MIT */
/*
 * supervise.c - the one select loop over a running target.
 *
 * Its end is the report of init that the target is dead, never the end of a
 * stream: a pipe may be held open by anyone. Each round looks at all deadlines,
 * however busy the descriptors are.
 */
#include "clock.h"
#include "descriptor.h"
#include "error.h"
#include "family.h"
#include "memory.h"
#include "meter.h"
#include "run.h"
#include "stack.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* The shortest nap between two looks at the CPU clock, and the longest where
 * the use of memory can only be sampled. */
#define CPU_NAP_US 100
#define SAMPLE_NAP_US 10000
/* With so little left, the clock's own grain begins to matter. */
#define CLOSE_US 12000
/* What the target does at its wall limit is read so long before it, lest the
 * reading should make us late. */
#define STATE_US 400
/* An idle limit is looked at so often in its span. Idle is a box that uses less
 * than a thousandth of the time, and what the clocks cannot tell from nothing. */
#define IDLE_LOOKS 8
#define IDLE_PART 1000
#define IDLE_GRAIN_US 50
/* Shorter runs are spared the reading of what was stolen, which is counted in
 * ticks of 10 ms. */
#define STEAL_FROM_US 5000
/* After a kill, init reports at once, unless the kernel holds the target. */
#define REPORT_TIMEOUT_US DUALPIPE_SECONDS(10)
/* So often is looked whether it has reported a target that ended by itself. */
#define INIT_LOOK_US DUALPIPE_SECONDS(5)

void dp_run_cancel(struct dp_run *run)
{
    const uint64_t one = 1;

    atomic_store(&run->cancel_asked, true);
    if (run->wake_fd >= 0 && write(run->wake_fd, &one, sizeof(one)) < 0)
        return; /* it is full of earlier ones, which do as well */
}

static unsigned usable_cpus(const struct dp_run *run)
{
    const int64_t processes = run->setup.limits.processes;
    cpu_set_t set;
    int count = 1024;

    if (run->setup.cpus.is_set)
        count = CPU_COUNT(&run->setup.cpus.set);
    else if (sched_getaffinity(0, sizeof(set), &set) == 0)
        count = CPU_COUNT(&set);
    if (processes != DUALPIPE_UNLIMITED && processes < count)
        count = (int)processes;
    return count > 0 ? (unsigned)count : 1;
}

static void kill_target(struct dp_run *run)
{
    if (run->killed)
        return;
    run->killed = true;
    run->kill_deadline_us = dp_deadline(dp_now_us(), REPORT_TIMEOUT_US);
    dp_box_kill(&run->box);
}

/*
 * The CPU clock of another process is current only to that CPU's last tick, up
 * to 10 ms ago. Near the limit its threads are freshened before it is read (6.12
 * and newer). Elsewhere the supervisor goes to the target's CPU, or visits each
 * one that it may run on: the target then is switched out, and its time is booked.
 */
static void come_close(struct dp_run *run)
{
    struct dp_closeness *closeness = &run->closeness;
    int cpu = -1;

    if (!closeness->is_close || dp_meter_freshen(run))
        return;
    if (run->meter.source == DP_METER_CLOCK)
        cpu = dp_meter_only_cpu(run);
    if (cpu >= 0)
        dp_closeness_follow(closeness, cpu);
    else
        dp_closeness_visit(closeness, run->setup.cpus.is_set ? &run->setup.cpus.set : NULL);
}

static void step_back(struct dp_run *run)
{
    dp_closeness_end(&run->closeness);
}

static void fire(struct dp_run *run, bool *fact)
{
    *fact = true;
    kill_target(run);
}

/* left_us: until the limit can be reached at the earliest. The first nap ends
 * before that, since the figure may be old; from then on we are close. */
static int64_t nap_before(struct dp_run *run, int64_t left_us)
{
    if (left_us > CLOSE_US)
        return left_us - CLOSE_US / 2;
    if (!run->closeness.is_close) {
        dp_closeness_start(&run->closeness);
        return 0;
    }
    return left_us;
}

/* When the CPU limit could first be reached: its next look. Where memory can
 * only be sampled, by the same walk, a look at least every so often. */
static int64_t look_at_use(struct dp_run *run, int64_t now_us)
{
    const struct dualpipe_limits *limits = &run->setup.limits;
    const bool samples = run->meter.source == DP_METER_WALK;
    int64_t nap = SAMPLE_NAP_US;
    int64_t used;

    if (limits->cpu_us == DUALPIPE_UNLIMITED && !samples)
        return DP_NEVER;
    come_close(run);
    used = dp_meter_cpu_us(run);
    if (used < 0)
        return DP_NEVER;
    if (limits->cpu_us != DUALPIPE_UNLIMITED && used >= limits->cpu_us) {
        fire(run, &run->facts.time_fired);
        return DP_NEVER;
    }
    if (samples && limits->memory_bytes != DUALPIPE_UNLIMITED &&
        dp_meter_memory_bytes(run) > limits->memory_bytes) {
        fire(run, &run->facts.memory_fired);
        return DP_NEVER;
    }
    if (limits->cpu_us != DUALPIPE_UNLIMITED) {
        const int64_t left = nap_before(run, (limits->cpu_us - used) / run->cpus);

        if (!samples || left < nap)
            nap = left;
    }
    return dp_deadline(now_us, nap > CPU_NAP_US ? nap : CPU_NAP_US);
}

/* Does anything happen in the box, since the last look? */
static bool is_active(struct dp_run *run, int64_t now_us)
{
    struct dp_activity *last = &run->activity;
    const int64_t bytes = dp_streams_bytes(&run->streams);
    const int64_t cpu_us = dp_meter_cpu_us(run);
    const int64_t grain = (now_us - last->looked_us) / IDLE_PART + IDLE_GRAIN_US;
    const bool is_it = last->looked_us == 0 || bytes != last->bytes || cpu_us < last->cpu_us ||
                       cpu_us - last->cpu_us > grain;

    last->looked_us = now_us;
    last->bytes = bytes;
    last->cpu_us = cpu_us;
    return is_it;
}

static int64_t next_idle_look(const struct dp_activity *last, int64_t span)
{
    return dp_earlier(dp_deadline(last->looked_us, span / IDLE_LOOKS + CPU_NAP_US),
                      dp_deadline(last->since_us, span));
}

/* A box in which nothing runs and no byte moves. The looks on the way only read
 * the clocks; what each thread does is read once, when the span is over. */
static int64_t look_at_idleness(struct dp_run *run, int64_t now_us)
{
    const int64_t span = run->setup.limits.idle_us;
    struct dp_activity *last = &run->activity;
    int64_t next;

    if (span == DUALPIPE_UNLIMITED)
        return DP_NEVER;
    next = next_idle_look(last, span);
    if (last->looked_us > 0 && now_us < next)
        return next;
    if (is_active(run, now_us)) {
        last->since_us = now_us;
    } else if (now_us - last->since_us >= span) {
        if (dp_meter_is_asleep(run, run->facts.waits_for, sizeof(run->facts.waits_for))) {
            run->facts.was_asleep = true;
            fire(run, &run->facts.idle_fired);
            return DP_NEVER;
        }
        last->since_us = now_us;
    }
    return next_idle_look(last, span);
}

static int64_t look_at_wall(struct dp_run *run, int64_t now_us)
{
    const int64_t deadline = dp_deadline(run->box.opened_us, run->setup.limits.wall_us);

    if (deadline == DP_NEVER)
        return DP_NEVER;
    if (now_us < deadline - STATE_US && !run->knows_state)
        return deadline - STATE_US;
    if (!run->knows_state) {
        dp_closeness_quicken(&run->closeness);
        run->facts.was_asleep =
            dp_meter_is_asleep(run, run->facts.waits_for, sizeof(run->facts.waits_for));
    }
    run->knows_state = true;
    if (dp_now_us() >= deadline)
        fire(run, &run->facts.wall_fired);
    return deadline;
}

/* Init tells of the target's end, and nobody else does: one that somebody holds still
 * would be waited for as long as the limits last. A target that was dead at the look
 * before this is taken for one that was killed: then init has a deadline. */
static int64_t look_at_init(struct dp_run *run, int64_t now_us)
{
    const bool is_due = now_us >= run->init_look_us;

    if (is_due && run->was_dead) {
        kill_target(run);
        return DP_NEVER;
    }
    if (is_due) {
        run->was_dead = run->init_look_us > 0 && dp_descriptor_await(run->box.target_pidfd, 0);
        run->init_look_us = dp_deadline(now_us, INIT_LOOK_US);
    }
    return run->init_look_us;
}

/* Fire what is due, and say when to look again. */
static int64_t look_at_deadlines(struct dp_run *run)
{
    const int64_t now_us = dp_now_us();
    int64_t next;

    if (!run->killed && run->facts.violation)
        kill_target(run);
    if (!run->killed && atomic_load(&run->cancel_asked))
        fire(run, &run->facts.cancelled);
    if (!run->killed && dp_streams_is_over_limit(&run->streams))
        fire(run, &run->facts.output_fired);
    if (run->killed)
        return run->kill_deadline_us;
    if (run->steal_before_us == 0 && now_us - run->box.opened_us >= STEAL_FROM_US)
        run->steal_before_us = dp_meter_host_steal_us() + 1;
    next = look_at_use(run, now_us);
    if (!run->killed)
        next = dp_earlier(next, look_at_wall(run, now_us));
    if (!run->killed)
        next = dp_earlier(next, look_at_idleness(run, now_us));
    if (!run->killed)
        next = dp_earlier(next, dp_memory_look(run, now_us));
    if (!run->killed)
        next = dp_earlier(next, look_at_init(run, now_us));
    if (!run->killed && run->facts.memory_fired)
        kill_target(run);
    if (run->steal_before_us == 0)
        next = dp_earlier(next, dp_deadline(run->box.opened_us, STEAL_FROM_US));
    return run->killed ? run->kill_deadline_us : next;
}

static int lost(struct dp_run *run, int errnum, const char *what)
{
    dp_fail(&run->error, DUALPIPE_STEP_SUPERVISE, errnum, what);
    run->error.retryable = true;
    return -errnum;
}

/* Figures that can be. From others nothing is concluded, not even a sum. */
static bool is_figure(int64_t value)
{
    return value >= 0 && value < INT64_C(1) << 60;
}

static bool are_figures(const struct dp_child_usage *usage)
{
    return is_figure(usage->user_us) && is_figure(usage->system_us) &&
           is_figure(usage->max_rss_bytes) && is_figure(usage->switches_voluntary) &&
           is_figure(usage->switches_involuntary);
}

static bool is_sound(const struct dp_status *report)
{
    return (WIFEXITED(report->wait_status) || WIFSIGNALED(report->wait_status)) &&
           is_figure(report->end_us) && is_figure(report->init_us) &&
           are_figures(&report->target) && are_figures(&report->all);
}

/* A process stands still at a SIGSEGV that may be its stack's. Of the target, all
 * is told again in the end; a child is looked at here, for it will be gone then. */
static void look_at_fault(struct dp_run *run)
{
    const int64_t limit = run->setup.limits.stack_bytes;
    int proc;

    if (run->report.faulted == 0) {
        run->stack_top = dp_stack_top(run->box.target_proc);
        return;
    }
    proc = dp_family_find(run->box.init, run->report.faulted);
    if (proc < 0)
        return;
    if (dp_stack_was_refused(dp_stack_top(proc), limit, &run->report.fault) &&
        dp_stack_fault_is_fatal(proc))
        run->child_overflowed = true;
    close(proc);
}

/* Returns 1 when the target is over, 0 when not, or a negative errno value. */
static int read_report(struct dp_run *run)
{
    const ssize_t got = read(run->box.status, &run->report, sizeof(run->report));

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got == (ssize_t)sizeof(run->report) && run->report.kind == DP_STATUS_FAULT) {
        look_at_fault(run);
        dp_box_go_on(&run->box);
        return 0;
    }
    if (got == (ssize_t)sizeof(run->report) && run->report.kind == DP_STATUS_DEAD) {
        dp_meter_hear_of_dead(run, run->report.dead_us);
        return 0;
    }
    if (got != (ssize_t)sizeof(run->report) || run->report.kind != DP_STATUS_ENDED)
        return lost(run, ECHILD, "init of the box died");
    if (!is_sound(&run->report))
        return lost(run, EPROTO, "report of the box");
    run->has_report = true;
    return 1;
}

static void take_wake(const struct dp_run *run)
{
    uint64_t dropped;

    while (read(run->wake_fd, &dropped, sizeof(dropped)) > 0)
        ;
}

/* A descriptor of the caller's that breaks is no fault of the target's. */
static int check_streams(struct dp_run *run)
{
    static const char *const names[] = {"standard input", "standard output", "standard error"};

    if (run->streams.failed_errnum == 0)
        return 0;
    dp_fail(&run->error, DUALPIPE_STEP_SUPERVISE, run->streams.failed_errnum,
            names[run->streams.failed]);
    dp_advise(&run->error,
              "the descriptor that the target's %s leads to failed; what ran does "
              "not count",
              names[run->streams.failed]);
    return -run->streams.failed_errnum;
}

/* Returns 1 when the target is over, 0 when not, or a negative errno value. */
static int one_round(struct dp_run *run)
{
    const int64_t deadline = look_at_deadlines(run);
    struct dp_waitset *waits = &run->waits;
    int ready;
    int result;

    dp_waitset_clear(waits);
    dp_waitset_want_read(waits, run->box.status);
    dp_waitset_want_read(waits, run->box.init_pidfd);
    dp_waitset_want_read(waits, run->wake_fd);
    if (!run->killed) {
        dp_waitset_want_read(waits, run->box.listener);
        dp_waitset_want_read(waits, run->cancel_fd);
    }
    dp_streams_want(&run->streams, waits);
    ready = dp_waitset_wait(waits, deadline);
    if (ready < 0 && ready != -EINTR)
        return lost(run, -ready, "pselect");
    if (ready == 0 && run->killed && dp_now_us() >= run->kill_deadline_us)
        return lost(run, ETIMEDOUT, "the box does not die");
    if (dp_waitset_is_readable(waits, run->wake_fd))
        take_wake(run);
    if (dp_waitset_is_readable(waits, run->cancel_fd))
        atomic_store(&run->cancel_asked, true);
    dp_streams_move(&run->streams, waits);
    result = check_streams(run);
    if (result < 0)
        return result;
    if (dp_waitset_is_readable(waits, run->box.listener)) {
        result = dp_run_answer_calls(run);
        if (result < 0 && run->error.step != DUALPIPE_STEP_NONE)
            return result;
        if (result < 0)
            return lost(run, -result, "listener");
    }
    if (dp_waitset_is_readable(waits, run->box.status))
        return read_report(run);
    /* Not only the end of its pipe, which a fork of the host may hold open. */
    if (dp_waitset_is_readable(waits, run->box.init_pidfd)) {
        result = read_report(run);
        return result ? result : lost(run, ECHILD, "init of the box died");
    }
    return 0;
}

/* All writers are dead: take what is left in the pipes. The caller's own
 * descriptor is given the time it needs, unless the run is cancelled. */
static int drain(struct dp_run *run)
{
    struct dp_waitset *waits = &run->waits;
    int ready;

    while (!dp_streams_are_drained(&run->streams) && !atomic_load(&run->cancel_asked)) {
        dp_waitset_clear(waits);
        dp_waitset_want_read(waits, run->cancel_fd);
        dp_waitset_want_read(waits, run->wake_fd);
        dp_streams_want(&run->streams, waits);
        ready = dp_waitset_wait(waits, DP_NEVER);
        if (ready < 0 && ready != -EINTR)
            return lost(run, -ready, "pselect");
        if (dp_waitset_is_readable(waits, run->wake_fd))
            take_wake(run);
        if (dp_waitset_is_readable(waits, run->cancel_fd))
            return 0;
        dp_streams_move(&run->streams, waits);
    }
    return 0;
}

static int reserve(struct dp_run *run)
{
    int result = dp_waitset_reserve(&run->waits, run->box.status);

    if (result == 0)
        result = dp_waitset_reserve(&run->waits, run->box.init_pidfd);
    if (result == 0)
        result = dp_waitset_reserve(&run->waits, run->box.listener);
    if (result == 0)
        result = dp_waitset_reserve(&run->waits, run->cancel_fd);
    if (result == 0)
        result = dp_waitset_reserve(&run->waits, run->wake_fd);
    if (result == 0)
        result = dp_streams_reserve(&run->streams, &run->waits);
    return result < 0 ? lost(run, -result, NULL) : 0;
}

/*
 * A kill that neither we nor init made, while the kernel killed for want of memory: the
 * host's fault, and the target is not judged. Where the box has a memory cgroup,
 * whatever the kernel kills in it is counted there, so that the kill was the
 * target's own where that count is zero, whoever else ran out of memory meanwhile.
 * Nor is it judged where the host's count could be read before, and cannot be now: it
 * has no descriptor for it.
 */
static int check_kill(struct dp_run *run)
{
    const int status = run->report.wait_status;
    int64_t host_kills;

    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || run->killed ||
        run->report.last_resort ||
        (run->setup.cgroup.kind != DP_CGROUP_NONE && run->group_usage.oom_kills >= 0) ||
        run->oom_kills_before < 0)
        return 0;
    host_kills = dp_meter_host_oom_kills();
    if (host_kills < 0)
        return lost(run, EMFILE, "/proc/vmstat");
    if (host_kills > run->oom_kills_before)
        return lost(run, ENOMEM, "the host ran out of memory and killed the target");
    return 0;
}

/* init ended the run itself: right where a limit was overdue, or the host held
 * the supervisor still for so long. */
static int check_report(struct dp_run *run)
{
    const int64_t wall = run->report.end_us - run->box.opened_us;
    int result;

    if (run->report.host_gone)
        return lost(run, ECHILD, "the box lost its host");
    result = check_kill(run);
    if (result < 0)
        return result;
    /* It may have ended by itself just before it was to be killed. */
    if (run->facts.wall_fired && wall < run->setup.limits.wall_us)
        run->facts.wall_fired = false;
    if (!WIFSIGNALED(run->report.wait_status) || WTERMSIG(run->report.wait_status) != SIGKILL)
        run->facts.cancelled = false;
    if (!run->report.last_resort || run->killed)
        return 0;
    if (wall < run->setup.limits.wall_us)
        return lost(run, ETIMEDOUT, "init's last resort came too early");
    run->facts.wall_fired = true;
    return 0;
}

static void look_at_stack(struct dp_run *run)
{
    run->facts.stack_refused =
        run->child_overflowed ||
        (run->stack_top != 0 &&
         dp_stack_was_refused(run->stack_top, run->setup.limits.stack_bytes, &run->report.fault));
}

/* At the gate, with all of the box made and nothing of the target. */
static int limit_group(struct dp_run *run)
{
    const struct dp_cgroup *cgroup = &run->setup.cgroup;
    const char *what;
    int64_t beyond;
    int result;

    if (cgroup->kind == DP_CGROUP_NONE)
        return 0;
    run->group_before_bytes = dp_cgroup_memory_bytes(cgroup);
    run->group_before_processes = dp_cgroup_processes_peak(cgroup);
    run->group_before = (struct dp_cgroup_usage){0};
    if (run->setup.spawn != DP_SPAWN_NONE) /* it has had other runs */
        dp_cgroup_usage(cgroup, &run->group_before);
    if (run->group_before_bytes < 0) /* the limit would be too low by so much */
        return dp_fail_layer(&run->error, DUALPIPE_STEP_SET_LIMIT, EMFILE, DUALPIPE_LAYER_CGROUP,
                             "memory of the group");
    beyond = run->group_before_bytes;
    /* One process is held by RLIMIT_DATA first, on every host the same: it may cope. */
    if (!run->setup.makes_processes && dp_setup_has(&run->setup, DUALPIPE_LAYER_RLIMITS))
        beyond += dp_memory_leeway(run);
    result = dp_cgroup_limit(cgroup, &run->setup.limits, beyond, run->setup.own_processes, &what);
    return result == 0 ? 0
                       : dp_fail_layer(&run->error, DUALPIPE_STEP_SET_LIMIT, -result,
                                       DUALPIPE_LAYER_CGROUP, what);
}

/* What this run used. A peak that is no higher than before says nothing of it. */
static void read_group(struct dp_run *run)
{
    struct dp_cgroup_usage *usage = &run->group_usage;
    const struct dp_cgroup_usage *before = &run->group_before;

    dp_cgroup_usage(&run->setup.cgroup, usage);
    if (run->setup.spawn == DP_SPAWN_NONE)
        return;
    if (usage->memory_peak_bytes <= before->memory_peak_bytes || before->memory_peak_bytes < 0)
        usage->memory_peak_bytes = DUALPIPE_UNKNOWN;
    if (usage->oom_kills > 0)
        usage->oom_kills =
            before->oom_kills < 0 ? DUALPIPE_UNKNOWN : usage->oom_kills - before->oom_kills;
    if (usage->memory_cache_bytes >= 0 && before->memory_cache_bytes > 0) /* it was kept */
        usage->memory_cache_bytes = usage->memory_cache_bytes > before->memory_cache_bytes
                                        ? usage->memory_cache_bytes - before->memory_cache_bytes
                                        : 0;
}

static void announce_start(struct dp_run *run, const struct dp_run_events *events, int result)
{
    if (events->started)
        events->started(run, result);
}

static void announce_end(struct dp_run *run, const struct dp_run_events *events)
{
    atomic_store(&run->is_over, true);
    if (events->is_over)
        events->is_over(run);
}

int dp_run_supervise(struct dp_run *run, const struct dp_run_events *events)
{
    int result;

    if (run->facts.exec_too_large) { /* told by its headers: it is never run */
        announce_start(run, events, 0);
        announce_end(run, events);
        return 0;
    }
    result = reserve(run);
    dp_memory_start(run, false);
    if (result == 0)
        result = limit_group(run);
    if (result == 0)
        result = dp_box_open_gate(&run->box, &run->setup, &run->waits, &run->error);
    if (result == 0 && !run->box.exec_is_open)
        dp_memory_start(run, true);
    if (result == 0)
        dp_meter_start(run);
    run->cpus = usable_cpus(run);
    announce_start(run, events, result);
    while (result == 0)
        result = one_round(run);
    if (run->setup.cgroup.kind != DP_CGROUP_NONE)
        read_group(run);
    if (result > 0)
        dp_meter_end(run);
    run->files_bytes = dp_file_systems_bytes(&run->box.file_systems);
    if (result > 0)
        look_at_stack(run);
    if (result > 0)
        result = check_report(run);
    if (result < 0)
        dp_box_kill(&run->box);
    else
        dp_run_collect(run);
    step_back(run);
    if (run->steal_before_us > 0)
        run->steal_us = dp_meter_host_steal_us() + 1 - run->steal_before_us;
    if (!run->box.is_warm) /* else dp_run_leave(), when nobody waits */
        dp_box_remove(&run->box);
    announce_end(run, events);
    if (result == 0) {
        result = drain(run);
        if (result == 0)
            result = check_streams(run);
    }
    dp_streams_finish(&run->streams);
    return result;
}
