/* SPDX-License-Identifier: MIT */
/*
 * refusal.c - the calls that the filter leaves to the supervisor: refused ones
 * are named and counted, and witnessed ones are noted and let go on.
 *
 * Only registers are looked at. They cannot change while the caller is blocked,
 * as memory could; and to refuse has no race.
 */
#include "descriptor.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* So many in one go, before the deadlines are looked at again. */
#define CALLS_PER_ROUND 32
/* A target that does nothing but probe is no honest program. */
#define REFUSALS_MAX 10000

static void note(struct dp_run *run, const struct seccomp_data *data, bool kills)
{
    struct dualpipe_refusal *refused = &run->refused;
    const int64_t count = refused->count + 1;

    if (count == 1 || kills) {
        refused->number = data->nr;
        refused->architecture = data->arch;
        refused->address = data->instruction_pointer;
        memcpy(refused->arguments, data->args, sizeof(refused->arguments));
    }
    refused->count = count;
}

/* VmData of the target, in bytes; -1 where it cannot be read. */
static int64_t data_bytes(const struct dp_run *run)
{
    char text[4096];
    const char *line;
    ssize_t got = -1;
    int fd = openat(run->box.target_proc, "status", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    got = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (got <= 0)
        return -1;
    text[got] = '\0';
    line = strstr(text, "\nVmData:");
    return line ? strtoll(line + 8, NULL, 10) * 1024 : -1;
}

/* How much private writable memory the call adds, as RLIMIT_DATA counts. */
static int64_t bytes_asked_for(const struct seccomp_data *data)
{
    const uint64_t old_size = data->nr == SYS_mremap ? data->args[1] : 0;
    const uint64_t new_size = data->nr == SYS_mremap ? data->args[2] : data->args[1];

    if (data->nr == SYS_mmap && (!(data->args[2] & PROT_WRITE) || (data->args[3] & MAP_SHARED)))
        return 0;
    if (new_size > INT64_MAX)
        return INT64_MAX;
    return new_size > old_size ? (int64_t)(new_size - old_size) : 0;
}

/* Would the kernel refuse it at the memory limit? */
static void witness(struct dp_run *run, const struct seccomp_data *data)
{
    const int64_t limit = run->setup.limits.memory_bytes == DUALPIPE_UNLIMITED
                              ? DUALPIPE_UNLIMITED
                              : run->setup.limits.memory_bytes + run->setup.inherited_bytes;
    const int64_t more = bytes_asked_for(data);
    int64_t used;

    if (limit == DUALPIPE_UNLIMITED || more == 0 || run->facts.allocation_refused)
        return;
    used = data_bytes(run);
    if (used >= 0 && (more > limit || used > limit - more)) {
        run->facts.allocation_refused = true;
        run->facts.allocation_bytes = more;
    }
}

static bool is_fatal(const struct dp_run *run, enum dp_answer answer)
{
    switch (run->job.on_refusal) {
    case DUALPIPE_ON_REFUSAL_KILL:
        return true;
    case DUALPIPE_ON_REFUSAL_ERRNO:
        return run->refused.count + 1 >= REFUSALS_MAX;
    default:
        return answer == DP_ANSWER_KILL || run->refused.count + 1 >= REFUSALS_MAX;
    }
}

static int refuse(struct dp_run *run, const struct seccomp_notif *call, enum dp_answer answer,
                  int errnum)
{
    const bool kills = is_fatal(run, answer);

    note(run, &call->data, kills);
    if (!kills)
        return dp_notify_refuse(run->box.listener, call->id,
                                answer == DP_ANSWER_ERRNO ? errnum : EPERM);
    /* It stays blocked in the call until it is dead. */
    run->facts.violation = true;
    return 0;
}

static int answer_call(struct dp_run *run, const struct seccomp_notif *call)
{
    int errnum = EPERM;
    enum dp_answer answer;

    /* No stranger can come here: the filter kills other architectures. */
    answer = dp_policy_decide(&run->setup.policy->policy, call->data.nr,
                              (const uint64_t *)call->data.args, &errnum);
    if (answer == DP_ANSWER_WITNESS) {
        witness(run, &call->data);
        return dp_notify_continue_witnessed(run->box.listener, call->id);
    }
    if (answer == DP_ANSWER_ENOSYS)
        return dp_notify_refuse(run->box.listener, call->id, ENOSYS);
    if (answer == DP_ANSWER_ALLOW) /* such as an execve that may run only once */
        answer = DP_ANSWER_KILL;
    return refuse(run, call, answer, errnum);
}

int dp_run_answer_calls(struct dp_run *run)
{
    union dp_notification notification;

    for (int i = 0; i < CALLS_PER_ROUND && !run->facts.violation; i++) {
        int result = dp_notify_receive(run->box.listener, &notification);

        if (result == 0)
            result = answer_call(run, &notification.call);
        if (result == -EAGAIN)
            return 0;
        if (result == -ENOTCONN) { /* the last process under the filter is gone */
            dp_descriptor_close(&run->box.listener);
            return 0;
        }
        if (result < 0)
            return result;
    }
    return 0;
}
