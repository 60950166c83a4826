/* SPDX-License-Identifier: MIT */
/* main.c - process 1 of the box, from the clone to the fork of the target. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <signal.h>

void child_fail(const struct child *child, enum dualpipe_step step, long result, int layer,
                uint32_t subject)
{
    struct dp_child_error error = {
        .step = (uint32_t)step,
        .errnum = (int32_t)-result,
        .layer = layer,
        .subject = subject,
    };

    raw3(SYS_write, child->plan->error_fd, &error, sizeof(error));
    raw_exit(1);
}

void child_take_slice(unsigned long slice_ns)
{
    struct { /* struct sched_attr, of its first size */
        unsigned size;
        unsigned policy;
        unsigned long flags;
        int nice;
        unsigned priority;
        unsigned long runtime;
        unsigned long deadline;
        unsigned long period;
    } attributes = {0};

    if (raw4(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0)
        return;
    attributes.size = sizeof(attributes);
    attributes.runtime = slice_ns;
    raw3(SYS_sched_setattr, 0, &attributes, 0);
}

static long close_between(unsigned first, unsigned last)
{
    return first > last ? 0 : raw3(SYS_close_range, first, last, 0);
}

long child_keep_only(int *fds, int count)
{
    unsigned next = 0;

    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && fds[j - 1] > fds[j]; j--) {
            int swap = fds[j];

            fds[j] = fds[j - 1];
            fds[j - 1] = swap;
        }
    for (int i = 0; i < count; i++) {
        long result = 0;

        if (fds[i] < 0 || (unsigned)fds[i] < next)
            continue;
        if ((unsigned)fds[i] > next)
            result = close_between(next, (unsigned)fds[i] - 1);
        if (result < 0)
            return result;
        next = (unsigned)fds[i] + 1;
    }
    return close_between(next, ~0U);
}

/* Wait until the host has written the id maps. */
static void wait_for_go(const struct child *child)
{
    char byte;
    long got;

    do
        got = raw3(SYS_read, child->plan->control_fd, &byte, 1);
    while (got == -EINTR);
    if (got != 1) /* the host gave up, and knows why */
        raw_exit(1);
}

/* CLONE_CLEAR_SIGHAND keeps ignored signals ignored; a target must not inherit
 * what the host ignores. The mask stays shut until the target's last step. */
void child_reset_signals(void)
{
    struct {
        void *handler;
        unsigned long flags;
        void *restorer;
        unsigned long mask;
    } action = {0};

    for (int number = 1; number <= 64; number++)
        if (number != SIGKILL && number != SIGSTOP)
            raw4(SYS_rt_sigaction, number, &action, 0, 8);
}

/* A task that moves itself, and itself alone, need not wait for all others to stand
 * still: the kernel takes some 12 ms for that on a quiet host. */
static void join_groups(const struct child *child)
{
    const struct dp_plan *plan = child->plan;

    for (unsigned i = 0; i < sizeof(plan->group_fds) / sizeof(plan->group_fds[0]); i++) {
        long result;

        if (plan->group_fds[i] < 0)
            continue;
        result = raw3(SYS_write, plan->group_fds[i], "0", 1);
        raw1(SYS_close, plan->group_fds[i]);
        if (result != 1)
            child_fail(child, DUALPIPE_STEP_MAKE_CGROUP, result < 0 ? result : -EIO,
                       DUALPIPE_LAYER_CGROUP, plan->group_subject);
    }
}

void child_take_ids(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    long result = 0;

    if (!plan->set_ids)
        return;
    /* Without the user namespace, a change away from uid 0 would take the
     * capabilities that the next steps need. */
    if (!child_has(child, DUALPIPE_LAYER_USER_NAMESPACE))
        result =
            raw5(SYS_prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_KEEP_CAPS, 0, 0, 0);
    if (result == 0)
        result = raw2(SYS_setgroups, 0, 0); /* while CAP_SETGID still is there */
    if (result == 0)
        result = raw3(SYS_setresgid, plan->gid, plan->gid, plan->gid);
    if (result == 0)
        result = raw3(SYS_setresuid, plan->uid, plan->uid, plan->uid);
    /* The change made us not dumpable. A fork's memory is that of the host's
     * user namespace, where a supervisor in a container may lack CAP_SYS_PTRACE
     * and could then attest nothing. Init takes it back for itself. */
    if (result == 0 && plan->function != 0)
        result = raw5(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_SET_IDS, result, DUALPIPE_LAYER_USER_NAMESPACE, 0);
}

/* From a user namespace of its own, a target could reach most of the kernel. The
 * filter lets it make none; this is the lock behind it, for good: the number is
 * the box's namespace's own, and only a capability raises it. The plan asks for it
 * where the host has the file to write to. */
static void bar_user_namespaces(const struct child *child)
{
    long fd;
    long result;

    if (!child->plan->bars_user_namespaces)
        return;
    fd = raw4(SYS_openat, AT_FDCWD, "/proc/sys/user/max_user_namespaces",
              O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0);
    result = fd < 0 ? fd : raw3(SYS_write, fd, "0", 1);
    if (fd >= 0)
        raw1(SYS_close, fd);
    if (result != 1)
        child_fail(child, DUALPIPE_STEP_SET_IDS, result < 0 ? result : -EIO,
                   DUALPIPE_LAYER_USER_NAMESPACE, 0);
}

void child_name_host(const struct child *child)
{
    const char *name = child_text(child, child->plan->hostname);
    long length = 0;
    long result;

    if (!child_has(child, DUALPIPE_LAYER_UTS_NAMESPACE))
        return;
    while (name[length])
        length++;
    result = raw2(SYS_sethostname, name, length);
    if (result == 0)
        result = raw2(SYS_setdomainname, name, length);
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_SET_HOSTNAME, result, DUALPIPE_LAYER_UTS_NAMESPACE, 0);
}

void child_stay_on_cpu(const struct child *child)
{
    uint64_t here[sizeof(child->plan->cpus) / sizeof(child->plan->cpus[0])] = {0};
    unsigned cpu = 0;

    if (!child->plan->sets_cpus || raw3(SYS_getcpu, &cpu, 0, 0) != 0 || cpu >= 8 * sizeof(here))
        return;
    here[cpu / 64] |= UINT64_C(1) << (cpu % 64);
    raw3(SYS_sched_setaffinity, 0, sizeof(here), here);
}

void child_take_cpus(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    long result;

    if (!plan->sets_cpus)
        return;
    result = raw3(SYS_sched_setaffinity, 0, sizeof(plan->cpus), plan->cpus);
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_SET_CPUS, result, -1, 0);
}

int child_fork_target(const struct child *child)
{
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    long pid;

    /* The change of ids took that away, and init could not look at the target.
     * No one else has this uid, and it is the box program's memory alone. A
     * spawner that other targets follow stays as it is: it may look at all. */
    if ((child->plan->layers & CHILD_WATCHES) && child->plan->spawn != DP_SPAWN_AGAIN)
        raw5(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    pid = child->zygote ? child->zygote->fork() : raw2(SYS_clone3, &arguments, sizeof(arguments));
    if (pid < 0)
        child_fail(child, DUALPIPE_STEP_FORK_TARGET, pid, -1, 0);
    if (pid == 0)
        child_target(child);
    return (int)pid;
}

void dp_child_main(char *block)
{
    const struct child child = {.plan = (const struct dp_plan *)(const void *)block, .base = block};

    child_reset_signals();
    child_empty_bounding_set(&child); /* once, for init and target, while the host is busy */
    wait_for_go(&child);
    join_groups(&child); /* before anything is made that counts */
    child_stay_on_cpu(&child);
    child_take_slice(CHILD_SHORT_SLICE_NS);
    child_take_ids(&child); /* first: what is made from here on is the box's own */
    bar_user_namespaces(&child);
    raw0(SYS_setsid);
    raw1(SYS_umask, 022);
    child_name_host(&child);
    child_build_root(&child);
    if (child.plan->forks)
        child_become_zygote(&child);
    if (child_spawns(&child))
        child_spawn(&child);
    child_init(&child, child_fork_target(&child));
}
