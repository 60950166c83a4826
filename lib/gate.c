/* SPDX-License-Identifier: MIT */
/*
 * gate.c - the gate of a finished box: what is done last, from outside, and
 * whether the target then runs.
 */
#include "box.h"

#include "clock.h"
#include "descriptor.h"
#include "error.h"
#include "limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Between two looks at what the target executes, where nothing else tells. */
#define END_TIMEOUT_US DUALPIPE_SECONDS(5)
#define EXEC_NAP_US 1000
#define EXEC_NAP_MAX_US 50000

/* Set and read back. */
static int set_limits(const struct dp_box *box, const struct dp_rlimit_step *steps, unsigned count,
                      struct dualpipe_error *error)
{
    for (unsigned i = 0; i < count; i++) {
        const struct rlimit limit = {steps[i].soft, steps[i].hard};
        struct rlimit now;

        if (prlimit(box->target, (__rlimit_resource_t)steps[i].resource, &limit, NULL) != 0 ||
            prlimit(box->target, (__rlimit_resource_t)steps[i].resource, NULL, &now) != 0)
            return dp_fail_layer(error, DUALPIPE_STEP_SET_LIMIT, errno, DUALPIPE_LAYER_RLIMITS,
                                 "prlimit");
        if (now.rlim_cur != limit.rlim_cur || now.rlim_max != limit.rlim_max)
            return dp_fail_layer(error, DUALPIPE_STEP_ATTEST, EPERM, DUALPIPE_LAYER_RLIMITS,
                                 "resource limits");
    }
    return 0;
}

static bool is_applied(const struct dp_box *box, const struct dp_rlimit_step *step)
{
    for (unsigned i = 0; i < box->applied_count; i++)
        if (box->applied[i].resource == step->resource)
            return box->applied[i].soft == step->soft && box->applied[i].hard == step->hard;
    return false;
}

/* Even uid 0 may lack it. */
static bool may_raise_limits(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};

    return syscall(SYS_capget, &header, data) == 0 &&
           (data[0].effective & (1U << CAP_SYS_RESOURCE)) != 0;
}

int dp_box_limit_ahead(struct dp_box *box, const struct dp_setup *setup,
                       struct dualpipe_error *error)
{
    int result;

    if (!dp_setup_has(setup, DUALPIPE_LAYER_RLIMITS) || !may_raise_limits())
        return 0;
    box->applied_count = dp_limits_rlimits(box->applied, &setup->limits, 0);
    result = set_limits(box, box->applied, box->applied_count, error);
    if (result < 0)
        box->applied_count = 0;
    return result;
}

static int set_gate_limits(const struct dp_box *box, const struct dp_setup *setup,
                           struct dualpipe_error *error)
{
    struct dp_rlimit_step steps[DP_RLIMIT_STEPS + DP_GATE_RLIMITS];
    struct dp_rlimit_step all[DP_RLIMIT_STEPS];
    unsigned all_count = 0;
    unsigned count = 0;

    if (!dp_setup_has(setup, DUALPIPE_LAYER_RLIMITS))
        return 0;
    if (setup->spawn != DP_SPAWN_NONE) /* there was no job that they could be of */
        all_count = dp_limits_rlimits(all, &setup->limits, 0);
    for (unsigned i = 0; i < all_count; i++)
        if (!is_applied(box, &all[i]))
            steps[count++] = all[i];
    count += dp_limits_gate_rlimits(steps + count, &setup->limits, setup->own_user_processes);
    return set_limits(box, steps, count, error);
}

/* That of a subordinate id came with its spawner. */
static bool is_offered(const struct dp_box *box)
{
    char text[8] = "";
    int fd = openat(box->target_proc, "oom_score_adj", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    if (read(fd, text, sizeof(text) - 1) < 0)
        text[0] = '\0';
    close(fd);
    return strcmp(text, "1000\n") == 0;
}

/* Where the host runs out of memory, the target goes first. */
int dp_box_offer_to_oom_killer(const struct dp_box *box, const struct dp_setup *setup,
                               struct dualpipe_error *error)
{
    ssize_t written = -1;
    int fd;

    if (setup->identity.is_subordinate)
        return is_offered(box) ? 0
                               : dp_fail(error, DUALPIPE_STEP_SET_LIMIT, EPROTO, "oom_score_adj");
    fd = openat(box->target_proc, "oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        written = write(fd, "1000", 4);
        close(fd);
    }
    return written == 4 ? 0 : dp_fail(error, DUALPIPE_STEP_SET_LIMIT, errno, "oom_score_adj");
}

/* Whoever was killed at the gate could not be answered any more; how it was is seen
 * by its end, which then comes soon. */
static bool is_ending(const struct dp_box *box)
{
    return dp_descriptor_await(box->target_pidfd, END_TIMEOUT_US);
}

static int let_go(struct dp_box *box, const struct dp_setup *setup)
{
    int result;

    box->opened_us = dp_now_us();
    box->ran = true;
    if (box->listener < 0)
        return send(box->control, "G", 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
    result = dp_setup_is_answered(setup) ? dp_notify_return_zero(box->listener, box->gate_id)
                                         : dp_notify_continue_exec(box->listener, box->gate_id);
    return result == -ENOENT && is_ending(box) ? 0 : result;
}

/*
 * A failed exec. It is told by a second call at the gate, or, without a
 * filter, by the error pipe.
 */
static int exec_failed(const struct dp_setup *setup, int errnum, struct dualpipe_error *error)
{
    const struct dp_program *program = &setup->program;

    dp_fail(error, DUALPIPE_STEP_EXEC, errnum, program->host);
    error->retryable = errnum == ENOMEM || errnum == EAGAIN;
    if (errnum == ENOENT && program->loader[0])
        dp_advise(error,
                  "its loader %s is not in the box: link it statically, or use a policy "
                  "that shows the loader",
                  program->loader);
    return -errnum;
}

/* What the target's process executes, as a text; "" where that is not told. */
static void read_executable(const struct dp_box *box, char *text, size_t size)
{
    const ssize_t length = readlinkat(box->target_proc, "exe", text, size - 1);

    text[length > 0 ? length : 0] = '\0';
}

/* The box program's name is the one that a sealed copy of it in memory has. */
bool dp_box_has_executed(struct dp_box *box)
{
    char now[64];

    if (!box->exec_is_open)
        return true;
    read_executable(box, now, sizeof(now));
    box->exec_is_open = strcmp(now, DP_BOX_PROGRAM_LINK) == 0;
    return !box->exec_is_open;
}

static bool has_executed(const struct dp_box *box, const char *before)
{
    char now[PATH_MAX];

    read_executable(box, now, sizeof(now));
    return strcmp(now, before) != 0;
}

int dp_box_check_exec(struct dp_box *box, const struct dp_setup *setup,
                      const struct seccomp_data *call, struct dualpipe_error *error)
{
    const int errnum = (int)call->args[2];

    if (dp_box_has_executed(box) || call->nr != SYS_execveat ||
        (int)call->args[0] != DP_GATE_DIRECTORY_FD || (int)call->args[4] != DP_GATE_FLAGS)
        return 0;
    return exec_failed(setup, errnum > 0 && errnum < 4096 ? errnum : EPROTO, error);
}

/* The error pipe, after a look at the listener: what was notified while the exec
 * had not happened is our own code's report, all else is the supervisor's.
 * Returns 1 when it runs, 0 when that is open, or a negative errno value. */
static int look_at_exec(const struct dp_box *box, const struct dp_setup *setup,
                        struct dp_waitset *waits, const char *before, struct dualpipe_error *error)
{
    union dp_notification notification;
    struct dp_child_error said;
    const ssize_t got = read(box->error, &said, sizeof(said));
    int errnum;

    if (got == 0 || has_executed(box, before))
        return 1;
    if (got == (ssize_t)sizeof(said))
        return exec_failed(setup, said.errnum, error);
    if (!dp_waitset_is_readable(waits, box->listener) ||
        dp_notify_receive(box->listener, &notification) != 0)
        return 0;
    errnum = (int)notification.call.data.args[2];
    return exec_failed(setup, errnum > 0 && errnum < 4096 ? errnum : EPROTO, error);
}

/* The exec closes the error pipe, which wakes us. A fork of the host may hold it
 * open all the same: then we see what the process executes. */
static int await_exec(const struct dp_box *box, const struct dp_setup *setup,
                      struct dp_waitset *waits, const char *before, struct dualpipe_error *error)
{
    const int64_t deadline = dp_deadline(dp_now_us(), DP_SETUP_TIMEOUT_US);
    int64_t nap_us = EXEC_NAP_US;
    int result = 0;

    while (result == 0) {
        int64_t now = dp_now_us();

        if (now >= deadline)
            return dp_fail(error, DUALPIPE_STEP_EXEC, ETIMEDOUT, setup->program.host);
        dp_waitset_clear(waits);
        dp_waitset_want_read(waits, box->error);
        dp_waitset_want_read(waits, box->listener);
        if (dp_waitset_wait(waits, now + nap_us) == 0)
            nap_us = 2 * nap_us < EXEC_NAP_MAX_US ? 2 * nap_us : EXEC_NAP_MAX_US;
        result = look_at_exec(box, setup, waits, before, error);
    }
    return result < 0 ? result : 0;
}

int dp_box_open_gate(struct dp_box *box, const struct dp_setup *setup, struct dp_waitset *waits,
                     struct dualpipe_error *error)
{
    char before[PATH_MAX];
    struct timespec used;
    clockid_t clock;
    int result = set_gate_limits(box, setup, error);

    if (result == 0 && setup->spawn == DP_SPAWN_NONE) /* else when it was parked */
        result = dp_box_offer_to_oom_killer(box, setup, error);
    if (result == 0 && dp_waitset_reserve(waits, box->listener) < 0)
        result = dp_fail(error, DUALPIPE_STEP_SUPERVISE, ENOMEM, NULL);
    if (result < 0)
        return result;
    if (clock_getcpuclockid(box->target, &clock) == 0 && clock_gettime(clock, &used) == 0)
        box->gate_cpu_us = dp_timespec_us(&used);
    if (setup->spawn == DP_SPAWN_NONE)
        read_executable(box, before, sizeof(before));
    result = let_go(box, setup);
    if (result < 0)
        return dp_fail(error, DUALPIPE_STEP_EXEC, -result, "gate");
    box->exec_is_open = setup->spawn != DP_SPAWN_NONE && !setup->forks;
    if (dp_setup_is_answered(setup) || box->exec_is_open)
        return 0;
    return await_exec(box, setup, waits, before, error);
}
