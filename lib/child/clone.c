/* SPDX-License-Identifier: MIT */
/* clone.c - how process 1 of the box comes to be. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <time.h>

#define WAIT_ALL 0x40000000 /* __WALL */
#define KEEPER_LOOK_NS 20000000L
#define KEEPER_LOOKS_MAX 1500 /* 30 s: then it has been stopped, or its init has */

/*
 * An exec by a uid other than 0 of the namespace drops all capabilities but the
 * ambient ones: keep those that building the box takes.
 */
static long keep_capabilities_over_exec(const struct child *child)
{
    const bool spawns = child->plan->spawn == DP_SPAWN_AGAIN;
    const struct {
        int number;
        bool is_wanted;
    } capabilities[] = {
        {CAP_SYS_ADMIN, true},
        {CAP_SETUID, true},
        {CAP_SETGID, true},
        {CAP_SETPCAP, true},
        {CAP_KILL, spawns}, /* to end and to watch targets of another uid */
        {CAP_SYS_PTRACE, spawns},
        /* For the number of user namespaces; over the host's, root may lack it. */
        {CAP_SYS_RESOURCE, child_has(child, DUALPIPE_LAYER_USER_NAMESPACE)},
    };
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    long result = raw2(SYS_capget, &header, data);

    if (result != 0)
        return result;
    for (unsigned i = 0; i < 2; i++)
        data[i].inheritable = data[i].permitted;
    result = raw2(SYS_capset, &header, data);
    for (unsigned i = 0; result == 0 && i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
        if (capabilities[i].is_wanted)
            result =
                raw5(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capabilities[i].number, 0, 0);
    return result;
}

/*
 * In the host's memory, with the host's thread standing still: touch nothing
 * but this stack, and be gone soon.
 */
__attribute__((noreturn, noinline)) static void become_box_program(
    const struct dp_child_start *start)
{
    static const char *const no_environment[] = {NULL};
    const struct child child = {.plan = start->plan, .base = NULL};
    const bool keeps_others = !child_has(&child, DUALPIPE_LAYER_DESCRIPTORS);
    long result = keep_capabilities_over_exec(&child);

    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_START_INIT, result, DUALPIPE_LAYER_CAPABILITIES, 0);
    if (!keeps_others)
        result = child_keep_only(start->keep, start->keep_count);
    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result, DUALPIPE_LAYER_DESCRIPTORS, 0);
    for (int i = 0; i < start->keep_count && result == 0; i++)
        if (start->keep[i] >= 0 && start->keep[i] != start->program_fd)
            result = raw3(SYS_fcntl, start->keep[i], F_SETFD, 0);
    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_START_INIT, result, -1, 0);
    result = raw5(SYS_execveat, start->program_fd, "", start->argv, no_environment, AT_EMPTY_PATH);
    child_fail(&child, DUALPIPE_STEP_START_INIT, result, -1, 0);
}

/* The clone itself, inline: with shared memory, the child must not return from
 * a function whose frame the parent still needs. */
static inline __attribute__((always_inline)) long clone_init(struct clone_args *arguments)
{
    return raw2(SYS_clone3, arguments, sizeof(*arguments));
}

static void wait_for_init(long pid)
{
    long result;

    do
        result = raw4(SYS_wait4, pid, 0, WAIT_ALL, 0);
    while (result == -EINTR);
}

/*
 * The keeper: a process in the host's memory, on a stack of its own, that only
 * is init's parent. An exec makes SIGCHLD the exit signal of any process; were
 * init the host's own child, the host's SIGCHLD handling and its wait(-1) would
 * see it. The keeper never executes anything, so that its exit signal stays 0.
 */
__attribute__((noreturn)) static void keep_init(void *argument)
{
    struct dp_keeper *keeper = argument;
    const struct child child = {.plan = keeper->start->plan, .base = NULL};
    long pid;

    child_take_slice(CHILD_SHORT_SLICE_NS);
    child_stay_on_cpu(&child);
    pid = clone_init(keeper->arguments);
    if (pid == 0)
        become_box_program(keeper->start);
    keeper->result = (int32_t)pid;
    raw3(SYS_futex, &keeper->result, FUTEX_WAKE, 1); /* what it points to is the host's again */
    /* Nothing of the host's may stay open here when the host is gone: init would not see
     * it. For want of memory the table stays shared; then there shall be no such box. */
    if (raw3(SYS_close_range, 0, ~0U, CLOSE_RANGE_UNSHARE) != 0 && pid > 0)
        raw2(SYS_kill, pid, SIGKILL);
    if (pid > 0)
        wait_for_init(pid);
    for (;;)
        raw1(SYS_exit, 0);
}

/* Without the keeper's word, who was killed by someone else: what it had made is in
 * the host's memory, and reads what the caller will not keep. */
static long end_unkept(const struct clone_args *arguments)
{
    const int *pidfd = (const int *)(uintptr_t)arguments->pidfd;
    const pid_t *made = (const pid_t *)(uintptr_t)arguments->parent_tid;
    struct pollfd wait = {.fd = *pidfd, .events = POLLIN};

    if (*made <= 0)
        return -EAGAIN;
    raw4(SYS_pidfd_send_signal, *pidfd, SIGKILL, 0, 0);
    while (raw3(SYS_poll, &wait, 1, -1) == -EINTR)
        ;
    return -EAGAIN;
}

/* Until the keeper has said what it made, or is dead: it stands in this thread's memory.
 * One that somebody holds still is ended. */
static long await_keeper(const struct dp_keeper *keeper, const struct clone_args *arguments)
{
    const struct timespec patience = {.tv_nsec = KEEPER_LOOK_NS};
    struct pollfd wait = {.fd = keeper->pidfd, .events = POLLIN};
    int looks = 0;

    while (keeper->result == DP_KEEPER_NOT_YET) {
        const long result =
            raw4(SYS_futex, &keeper->result, FUTEX_WAIT, DP_KEEPER_NOT_YET, &patience);

        if (result == -ETIMEDOUT && raw3(SYS_poll, &wait, 1, 0) > 0 &&
            keeper->result == DP_KEEPER_NOT_YET)
            return end_unkept(arguments);
        if (result == -ETIMEDOUT && ++looks == KEEPER_LOOKS_MAX)
            raw4(SYS_pidfd_send_signal, keeper->pidfd, SIGKILL, 0, 0);
    }
    return keeper->result;
}

long dp_child_clone_kept(struct clone_args *arguments, const struct dp_child_start *start,
                         struct dp_keeper *keeper)
{
    long result = raw6(SYS_mmap, 0, DP_KEEPER_STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (raw_failed(result))
        return result;
    arguments->flags |= CLONE_VM | CLONE_VFORK;
    keeper->stack = (void *)result;
    keeper->arguments = arguments;
    keeper->start = start;
    keeper->result = DP_KEEPER_NOT_YET;
    result = raw_clone_onto(CLONE_VM | CLONE_FILES | CLONE_PIDFD, /* exit signal 0 */
                            (char *)keeper->stack + DP_KEEPER_STACK_BYTES, &keeper->pidfd,
                            keep_init, keeper);
    if (result < 0) {
        raw2(SYS_munmap, keeper->stack, DP_KEEPER_STACK_BYTES);
        keeper->stack = NULL;
        return result;
    }
    return await_keeper(keeper, arguments);
}

/* A fork holds all that the host has open, the host's own end of this box's
 * socket and other boxes' pipes among it: until it is closed, nobody would see
 * that the host is gone. */
static void forget_host(char *block)
{
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)block;
    const struct dp_mount_step *steps =
        (const struct dp_mount_step *)(const void *)(block + plan->mounts);
    const struct child child = {.plan = plan, .base = block};
    int keep[DP_PLAN_FDS_MAX] = {plan->control_fd,   plan->status_fd,     plan->life_fd,
                                 plan->error_fd,     plan->stream_fds[0], plan->stream_fds[1],
                                 plan->stream_fds[2]};
    int count = 7;
    const int groups = sizeof(plan->group_fds) / sizeof(plan->group_fds[0]);
    long result = 0;

    if (!child_has(&child, DUALPIPE_LAYER_DESCRIPTORS))
        return;
    for (int i = 0; i < groups; i++)
        keep[count++] = plan->group_fds[i];
    for (uint32_t i = 0; i < plan->mount_count; i++) {
        if (steps[i].fd < 0)
            continue;
        if (count == DP_PLAN_FDS_MAX)
            result = -E2BIG;
        else
            keep[count++] = steps[i].fd;
    }
    if (result == 0)
        result = child_keep_only(keep, count);
    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result, DUALPIPE_LAYER_DESCRIPTORS, 0);
}

long dp_child_clone(struct clone_args *arguments, char *block)
{
    const long pid = clone_init(arguments);

    if (pid != 0)
        return pid;
    forget_host(block);
    dp_child_main(block);
}
