/* SPDX-License-Identifier: MIT */
/*
 * refusal.c - the calls that the filter leaves to the supervisor: refused ones
 * are named and counted, and witnessed ones are noted and let go on.
 *
 * Only registers decide. They cannot change while the caller is blocked, as memory
 * could; and to refuse has no race. Memory is read for people alone (told_read.c).
 */
#include "descriptor.h"
#include "memory.h"
#include "run.h"
#include "told_read.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/mman.h>
#include <string.h>
#include <sys/syscall.h>

/* So many in one go, before the deadlines are looked at again. */
#define CALLS_PER_ROUND 32
/* In the number of a call of x32. */
#define X32_BIT 0x40000000U
/* A target that does nothing but probe is no honest program. */
#define REFUSALS_MAX 10000

/* Calls of i386, or of x32, whose numbers mean other calls: in no policy. */
static bool is_foreign(const struct seccomp_data *data)
{
    return data->arch != AUDIT_ARCH_X86_64 || ((unsigned)data->nr & X32_BIT) != 0;
}

/* Whoever can hold a page back could hold the supervisor back: no memory is read then. */
static bool may_hold_pages(const struct dp_run *run)
{
    static const uint64_t none[6];
    int errnum;

    return dp_policy_decide(&run->setup.policy->policy, SYS_userfaultfd, none, &errnum) ==
           DP_ANSWER_ALLOW;
}

static void note(struct dp_run *run, const struct seccomp_notif *call, bool kills)
{
    struct dualpipe_refusal *refused = &run->refused;
    const struct seccomp_data *data = &call->data;
    const int64_t count = refused->count + 1;

    if (count == 1 || kills) {
        refused->number = data->nr;
        refused->architecture = data->arch;
        refused->address = data->instruction_pointer;
        memcpy(refused->arguments, data->args, sizeof(refused->arguments));
        run->told.count = 0;
        if (!is_foreign(data) && !may_hold_pages(run))
            dp_told_read(&run->told, run->box.listener, call);
    }
    refused->count = count;
}

/* How many bytes of memory the call adds. */
static int64_t bytes_asked_for(const struct seccomp_data *data)
{
    const uint64_t old_size = data->nr == SYS_mremap ? data->args[1] : 0;
    const uint64_t new_size = data->nr == SYS_mremap ? data->args[2] : data->args[1];

    if (data->nr == SYS_mprotect)
        return data->args[2] & PROT_WRITE ? (int64_t)(data->args[1] & INT64_MAX) : 0;
    if (data->nr == SYS_mmap && (!(data->args[2] & PROT_WRITE) || (data->args[3] & MAP_SHARED)))
        return 0;
    if (new_size > INT64_MAX)
        return INT64_MAX;
    return new_size > old_size ? (int64_t)(new_size - old_size) : 0;
}

/*
 * Does the memory limit let it through? The kernel would refuse what RLIMIT_DATA
 * counts; a grown mapping of the stack it would not, so that mremap is measured
 * against both together. Returns 0 to let the call go on, or ENOMEM.
 */
static int witness(struct dp_run *run, const struct seccomp_notif *call)
{
    const struct seccomp_data *data = &call->data;
    const int64_t limit = run->setup.limits.memory_bytes;
    const int64_t more = bytes_asked_for(data);
    struct dp_memory_use use;
    int64_t used;
    int64_t allowed;

    if (limit == DUALPIPE_UNLIMITED || more == 0)
        return 0;
    if (!dp_memory_read(run, call, &use))
        return data->nr == SYS_mremap ? ENOMEM : 0;
    used = data->nr == SYS_mremap ? use.data + use.stack : use.data;
    allowed = limit + run->setup.inherited_bytes;
    if (more <= allowed && used <= allowed - more)
        return 0;
    /* What is writable already counts already; else the kernel itself refuses. */
    if (data->nr == SYS_mprotect &&
        (run->facts.allocation_refused || !dp_memory_is_uncounted(run, call, data->args[0])))
        return 0;
    if (!run->facts.allocation_refused)
        run->facts.allocation_bytes = more;
    run->facts.allocation_refused = true;
    return data->nr == SYS_mprotect ? 0 : ENOMEM;
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

    note(run, call, kills);
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

    if (run->box.exec_is_open) {
        errnum = dp_box_check_exec(&run->box, &run->setup, &call->data, &run->error);
        if (errnum < 0)
            return errnum;
        errnum = EPERM;
    }
    if (is_foreign(&call->data)) {
        note(run, call, true);
        run->facts.violation = true;
        return 0;
    }
    answer = dp_policy_decide(&run->setup.policy->policy, call->data.nr,
                              (const uint64_t *)call->data.args, &errnum);
    if (answer == DP_ANSWER_WITNESS) {
        errnum = witness(run, call);
        if (errnum != 0)
            return dp_notify_refuse(run->box.listener, call->id, errnum);
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
