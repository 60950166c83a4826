/* SPDX-License-Identifier: MIT */
/*
 * run_warm.c - a run in a warm box, in two halves: all that needs no job, while
 * nobody waits; and the job, when it comes.
 */
#include "clock.h"
#include "descriptor.h"
#include "error.h"
#include "limits.h"
#include "meter.h"
#include "program_store.h"
#include "run.h"
#include "warm.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REAP_PAUSE_NS 20000L
#define INIT_GRACE_US DUALPIPE_SECONDS(1)
/* So old may the count of the host's OOM kills be. */
#define OOM_COUNT_AGE_US DUALPIPE_MILLISECONDS(100)

static int copy_of(int fd)
{
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    return copy < 0 ? -errno : copy;
}

/* Each run has descriptors of its own, so that it can be ended as any other. */
static int borrow_box(struct dp_box *box, const struct dp_warm *warm, struct dualpipe_error *error)
{
    box->is_warm = true;
    box->init = warm->box.init;
    box->control = copy_of(warm->box.control);
    box->status = copy_of(warm->box.status);
    box->error = copy_of(warm->box.error);
    box->init_pidfd = copy_of(warm->box.init_pidfd);
    if (box->control >= 0 && box->status >= 0 && box->error >= 0 && box->init_pidfd >= 0)
        return 0;
    return dp_fail(error, DUALPIPE_STEP_CONNECT_STREAMS, EMFILE, "dup");
}

/* The target's end of its output is kept: standard error may have to join it. */
static int order_target(struct dp_run *run, struct dp_warm *warm, struct dualpipe_error *error)
{
    int result = dp_streams_make_pipes(&run->streams, run->child_streams, error);

    if (result == 0)
        result = dp_warm_order_target(warm, run->child_streams, error);
    dp_descriptor_close(&run->child_streams[DP_INPUT]);
    dp_descriptor_close(&run->child_streams[DP_ERROR]);
    return result;
}

static int make_wake(struct dp_run *run, struct dualpipe_error *error)
{
    run->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (run->wake_fd >= 0)
        run->wake_fd = dp_descriptor_raise(run->wake_fd);
    return run->wake_fd < 0 ? dp_fail(error, DUALPIPE_STEP_SUPERVISE, errno, "eventfd") : 0;
}

static int put_descriptor(const struct dp_run *run, int fd, int number, bool closes_on_exec,
                          struct dualpipe_error *error)
{
    int result;

    if (fd < 0)
        return 0;
    result = dp_notify_put(run->box.listener, run->box.gate_id, fd, number, closes_on_exec);
    return result < 0 ? dp_fail(error, DUALPIPE_STEP_CONNECT_STREAMS, -result, "gate") : 0;
}

/* Not anew for each of many short runs. */
static void look_for_oom_kills(struct dp_run *run, struct dp_warm *warm)
{
    const int64_t now_us = dp_now_us();

    if (warm->oom_counted_us == 0 || now_us - warm->oom_counted_us > OOM_COUNT_AGE_US) {
        warm->oom_kills = dp_meter_host_oom_kills();
        warm->oom_counted_us = now_us;
    }
    run->oom_kills_before = warm->oom_kills;
}

/* The program of the last job may be that of the next one; it is closed by any exec. */
static int put_likely_program(struct dp_run *run, const struct dp_warm *warm,
                              struct dualpipe_error *error)
{
    const int result = put_descriptor(run, warm->program_fd, run->setup.program_fd, true, error);

    if (result == 0 && warm->program_fd >= 0)
        run->program_number = warm->program_number;
    return result;
}

/* It is made by a process that was, for a while, behind all others. */
static int check_class(const struct dp_run *run, const struct dp_warm *warm,
                       struct dualpipe_error *error)
{
    if (!warm->was_patient || sched_getscheduler(run->box.target) == SCHED_OTHER)
        return 0;
    return dp_fail(error, DUALPIPE_STEP_ATTEST, EPROTO, "scheduling class");
}

int dp_run_park(struct dp_run *run, struct dp_warm *warm, struct dualpipe_error *error)
{
    int result;

    dp_run_init(run);
    run->job = warm->job;
    run->setup = warm->setup; /* what it holds stays the warm box's */
    run->setup.job = &run->job;
    run->setup.program.fd = -1;
    run->setup.files_bytes = dp_warm_files_bytes(warm);
    run->owner = warm;
    run->box.own_namespaces = &warm->own_namespaces;
    run->box.is_spawner_known = warm->has_run;
    run->box.is_known = warm->has_run && run->setup.spawn == DP_SPAWN_AGAIN;
    dp_cgroup_reset(&run->setup.cgroup);
    result = make_wake(run, error);
    if (result == 0)
        result = borrow_box(&run->box, warm, error);
    if (result == 0)
        result = order_target(run, warm, error);
    if (result == 0)
        result = dp_box_bring_to_gate(&run->box, &run->setup, &run->waits, error);
    if (result == 0)
        result = check_class(run, warm, error);
    if (result == 0)
        result = dp_box_offer_to_oom_killer(&run->box, &run->setup, error);
    if (result == 0)
        result = dp_box_limit_ahead(&run->box, &run->setup, error);
    if (result == 0)
        result = put_likely_program(run, warm, error);
    if (result == 0)
        look_for_oom_kills(run, warm);
    warm->has_run = result == 0;
    return result;
}

bool dp_run_is_parked(const struct dp_run *run)
{
    return run->box.attested && dp_notify_is_alive(run->box.listener, run->box.gate_id);
}

static int assign_streams(struct dp_run *run, struct dualpipe_error *error)
{
    int given[3];
    int result = dp_streams_assign(&run->streams, &run->job, DUALPIPE_ROUTE_DISCARD,
                                   run->setup.limits.output_bytes, run->setup.identity.uid,
                                   run->child_streams[DP_OUTPUT], given, error);

    for (int i = 0; i < 3; i++) {
        if (result == 0)
            result = put_descriptor(run, given[i], i, false, error);
        dp_descriptor_close(&given[i]);
    }
    dp_descriptor_close(&run->child_streams[DP_OUTPUT]);
    return result;
}

/* A descriptor with the file's contents, and the mode it has inside. */
static int open_file(const struct dualpipe_file *file, unsigned *mode, struct dualpipe_error *error)
{
    struct stat status;
    int fd;

    *mode = 0644;
    if (!file->host) {
        fd = dp_descriptor_memory("dualpipe-file", file->data ? file->data : "",
                                  file->data ? file->size : 0, false);
        return fd < 0 ? dp_fail(error, DUALPIPE_STEP_COPY_FILE, -fd, file->name) : fd;
    }
    fd = open(file->host, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return dp_fail(error, DUALPIPE_STEP_MOUNT, errno, file->host);
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        dp_fail(error, DUALPIPE_STEP_MOUNT, EINVAL, file->host);
        dp_advise(error, "only a regular file can be given to the box");
        return -EINVAL;
    }
    if (status.st_mode & 0111)
        *mode = 0755;
    return fd;
}

static int place_files(const struct dp_run *run, struct dp_warm *warm, struct dualpipe_error *error)
{
    int result = 0;

    for (size_t i = 0; i < run->job.file_count && result == 0; i++) {
        const struct dualpipe_file *file = &run->job.files[i];
        unsigned mode;
        int fd;

        if (!file->name || !dp_view_is_plain(file->name))
            return dp_fail(error, DUALPIPE_STEP_MOUNT, EINVAL,
                           file->name ? file->name : "file without a name");
        fd = open_file(file, &mode, error);
        if (fd < 0)
            return fd;
        result = dp_warm_order_file(warm, file->name, fd, mode, error);
        close(fd);
    }
    return result;
}

static int take_program(struct dp_run *run, struct dp_warm *warm, struct dp_program_store *programs,
                        struct dualpipe_error *error)
{
    struct dp_program *program = &run->setup.program;
    int result;

    if (run->setup.forks) { /* it is there, and stays the warm box's */
        run->setup.program.fd = -1;
        run->is_begun = true;
        return dp_warm_write_sheet(warm, "", &run->job) == 0
                   ? 0
                   : dp_fail(error, DUALPIPE_STEP_READ_JOB, E2BIG, "arguments");
    }
    result = dp_program_store_get(programs, program, &run->job, &run->setup.policy->policy,
                                  &run->setup.identity, error);

    if (result < 0)
        return result;
    run->is_begun = true; /* from here on the box is this job's */
    run->facts.exec_too_large = dp_run_is_too_large(run);
    run->facts.executable_bytes = program->writable_bytes;
    if (dp_warm_write_sheet(warm, program->fd < 0 ? program->inside : "", &run->job) < 0)
        return dp_fail(error, DUALPIPE_STEP_READ_JOB, E2BIG, "arguments");
    if (program->fd >= 0 && program->number == run->program_number)
        return 0; /* it is there */
    result = put_descriptor(run, program->fd, run->setup.program_fd, true, error);
    if (result < 0 || program->fd < 0)
        return result;
    dp_descriptor_close(&warm->program_fd);
    warm->program_fd = program->fd;
    warm->program_number = program->number;
    program->fd = -1;
    return 0;
}

/* A nested box that is over counts as a process of the target's user until its
 * spawner has reaped it. */
static int await_last_init(struct dp_warm *warm, struct dualpipe_error *error)
{
    const int64_t deadline = dp_deadline(dp_now_us(), DP_SETUP_TIMEOUT_US);
    const struct timespec pause = {.tv_nsec = REAP_PAUSE_NS};

    while (warm->last_init >= 0 &&
           syscall(SYS_pidfd_send_signal, warm->last_init, 0, NULL, 0) == 0) {
        if (dp_now_us() > deadline)
            return dp_fail(error, DUALPIPE_STEP_START_INIT, ESTALE, "init of the last box");
        nanosleep(&pause, NULL);
    }
    dp_descriptor_close(&warm->last_init);
    return 0;
}

static void set_deadline(const struct dp_run *run, struct dp_warm *warm)
{
    const int64_t wall_us = run->setup.limits.wall_us;

    if (wall_us != DUALPIPE_UNLIMITED && wall_us < INT64_MAX / 4)
        warm->sheet->init_deadline_us = dp_now_us() + wall_us + INIT_GRACE_US;
}

int dp_run_take(struct dp_run *run, struct dp_warm *warm, struct dp_program_store *programs,
                const struct dualpipe_job *job, struct dualpipe_error *error)
{
    int result;

    run->started_us = dp_now_us();
    run->job = *job;
    run->cancel_fd = run->job.cancel_fd ? *run->job.cancel_fd : -1;
    if (!dp_run_is_parked(run))
        return dp_fail(error, DUALPIPE_STEP_START_INIT, ESTALE, "box");
    look_for_oom_kills(run, warm);
    result = await_last_init(warm, error);
    if (result < 0)
        return result;
    result = dp_limits_resolve(&run->setup.limits, &run->job.limits,
                               &run->setup.policy->policy.limits, error);
    if (result == 0 && run->setup.limits.disk_bytes != DUALPIPE_UNLIMITED &&
        run->setup.limits.disk_bytes < warm->setup.sized_bytes) /* a new box says it better */
        result = dp_fail(error, DUALPIPE_STEP_START_INIT, ENOSPC, "disk limit");
    if (result == 0)
        warm->setup.limits = run->setup.limits; /* the next job's, as likely as not */
    if (result == 0)
        result = take_program(run, warm, programs, error);
    if (result == 0)
        result = dp_warm_order_size(warm, run->setup.limits.disk_bytes, error);
    if (result == 0)
        result = place_files(run, warm, error);
    if (result == 0)
        result = assign_streams(run, error);
    set_deadline(run, warm);
    return result;
}

static void keep_init(struct dp_run *run)
{
    struct dp_warm *warm = run->owner;

    if (!warm || run->setup.spawn != DP_SPAWN_NESTED || run->box.init == warm->box.init)
        return;
    dp_descriptor_close(&warm->last_init);
    warm->last_init = run->box.init_pidfd;
    run->box.init_pidfd = -1;
}

void dp_run_leave(struct dp_run *run)
{
    keep_init(run);
    dp_box_remove(&run->box);
    for (int i = 0; i < 3; i++)
        dp_descriptor_close(&run->child_streams[i]);
    dp_streams_release(&run->streams);
    dp_waitset_release(&run->waits);
    dp_descriptor_close(&run->wake_fd);
    dp_descriptor_close(&run->memory_fd);
    dp_program_release(&run->setup.program);
}
