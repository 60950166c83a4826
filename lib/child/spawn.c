/* SPDX-License-Identifier: MIT */
/*
 * spawn.c - process 1 of a warm box: it makes a target each time it is told to.
 *
 * The host says so by one message with the target's three streams. The target
 * goes to its gate and waits there for a job. What a run leaves behind is gone
 * before the next target is made: with a nested box, with all its namespaces
 * and files; in a box that is used again, because all processes are killed and
 * reaped, the files are made anew, and there are no IPC objects, or their
 * namespace is made anew too. What does not work ends this process, and with it
 * the box.
 *
 * It holds capabilities in the box's own user namespace and has no filter, since
 * its children would inherit it. No target can reach it: in a nested box it is
 * not in the target's pid namespace; in a box that is used again it has another
 * uid and cannot be dumped.
 */
#include "child.h"

#include "../sheet.h"

#include <errno.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#define WAIT_NOHANG 1
#define WAIT_ALL 0x40000000 /* __WALL */

/* What shmctl(2) and its kin tell of the namespace; their first members. */
#define SHM_INFO_COMMAND 14
#define SEM_INFO_COMMAND 19
#define MSG_INFO_COMMAND 12

struct spawner {
    const struct child *child;
    struct dp_plan *plan; /* the same, to put the streams in */
    int signal_fd;
    bool has_run;
};

static void map_sheet(const struct child *child)
{
    const long result = raw6(SYS_mmap, DP_SHEET_ADDRESS, DP_SHEET_BYTES, PROT_READ,
                             MAP_SHARED | 0x100000 /* MAP_FIXED_NOREPLACE */,
                             child->plan->sheet_fd, 0);

    if (result != (long)DP_SHEET_ADDRESS)
        child_fail(child, DUALPIPE_STEP_START_INIT, raw_failed(result) ? result : -EEXIST, -1, 0);
    raw1(SYS_close, child->plan->sheet_fd);
}

static void keep_own_descriptors(const struct spawner *spawner)
{
    const struct dp_plan *plan = spawner->plan;
    int keep[] = {plan->control_fd, plan->status_fd, plan->life_fd, plan->error_fd,
                  spawner->signal_fd};
    const long result = child_keep_only(keep, sizeof(keep) / sizeof(keep[0]));

    if (result != 0)
        child_fail(spawner->child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result,
                   DUALPIPE_LAYER_DESCRIPTORS, 0);
}

/* Three descriptors, put where the plan names the streams. The host's end is
 * the only other one: what else comes is the host's mistake, or its end. */
static void take_streams(struct spawner *spawner)
{
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        char bytes[CMSG_SPACE(3 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    const long got = raw3(SYS_recvmsg, spawner->plan->control_fd, &message, MSG_CMSG_CLOEXEC);
    const int *fds = (const int *)(const void *)CMSG_DATA(&control.align);

    if (got != 1 || message.msg_controllen < CMSG_LEN(3 * sizeof(int)) ||
        control.align.cmsg_type != SCM_RIGHTS ||
        control.align.cmsg_len != CMSG_LEN(3 * sizeof(int)))
        raw_exit(0);
    for (int i = 0; i < 3; i++)
        spawner->plan->stream_fds[i] = fds[i];
}

static void close_streams(const struct spawner *spawner)
{
    for (int i = 0; i < 3; i++)
        raw1(SYS_close, spawner->plan->stream_fds[i]);
}

/* Until the host wants a target, or is gone. */
static void await_order(struct spawner *spawner)
{
    struct pollfd waits[2] = {
        {.fd = spawner->plan->life_fd, .events = POLLIN},
        {.fd = spawner->plan->control_fd, .events = POLLIN},
    };

    while (raw3(SYS_poll, waits, 2, -1) <= 0)
        ;
    if (waits[0].revents)
        raw_exit(0);
    take_streams(spawner);
}

__attribute__((noreturn)) static void not_fresh(const struct spawner *spawner, long result)
{
    child_fail(spawner->child, DUALPIPE_STEP_ATTEST, result, -1, 0);
}

/* No process but this one is in the namespace: none to signal, none to wait for. */
static void prove_alone(const struct spawner *spawner)
{
    if (raw2(SYS_kill, -1, SIGKILL) != -ESRCH || raw4(SYS_wait4, -1, 0, WAIT_ALL, 0) != -ECHILD)
        not_fresh(spawner, -EBUSY);
}

/* None in use, or all of them new. */
static void renew_ipc(const struct spawner *spawner)
{
    int info[64] = {0}; /* room for each of the three structs */
    long result;

    if (!child_has(spawner->child, DUALPIPE_LAYER_IPC_NAMESPACE))
        return;
    if (spawner->plan->renews_ipc) {
        result = raw1(SYS_unshare, CLONE_NEWIPC);
        if (result != 0)
            not_fresh(spawner, result);
        return;
    }
    /* Each call returns the highest index in use, or -1 where none is: 0 stands
     * for both, so that the count of used ones is asked for too. */
    if (raw3(SYS_shmctl, 0, SHM_INFO_COMMAND, info) < 0 || info[0] != 0)
        not_fresh(spawner, -EBUSY);
    if (raw3(SYS_msgctl, 0, MSG_INFO_COMMAND, info) < 0 || info[0] != 0)
        not_fresh(spawner, -EBUSY);
    if (raw4(SYS_semctl, 0, 0, SEM_INFO_COMMAND, info) < 0 || info[7] != 0)
        not_fresh(spawner, -EBUSY);
}

/* In a box that is used again. */
static void make_fresh(struct spawner *spawner)
{
    if (spawner->plan->spawn == DP_SPAWN_NESTED)
        return;
    if (spawner->has_run) {
        prove_alone(spawner);
        renew_ipc(spawner);
    }
    child_renew_files(spawner->child);
}

/* Process 1 of a nested box. */
__attribute__((noreturn)) static void begin_nested(const struct spawner *spawner)
{
    child_renew_files(spawner->child);
    child_init(spawner->child, child_fork_target(spawner->child));
}

static uint64_t nested_namespaces(const struct child *child)
{
    static const struct {
        enum dualpipe_layer layer;
        uint64_t flag;
    } flags[] = {
        {DUALPIPE_LAYER_PID_NAMESPACE, CLONE_NEWPID},
        {DUALPIPE_LAYER_MOUNT_NAMESPACE, CLONE_NEWNS},
        {DUALPIPE_LAYER_IPC_NAMESPACE, CLONE_NEWIPC},
        {DUALPIPE_LAYER_UTS_NAMESPACE, CLONE_NEWUTS},
        {DUALPIPE_LAYER_CGROUP_NAMESPACE, CLONE_NEWCGROUP},
    };
    uint64_t result = 0;

    for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (child_has(child, flags[i].layer))
            result |= flags[i].flag;
    return result;
}

/* Until the nested box is gone, or the host. With this process ends all that is
 * below it. */
static void await_nested(const struct spawner *spawner, long init)
{
    struct pollfd waits[2] = {
        {.fd = spawner->plan->life_fd, .events = POLLIN},
        {.fd = spawner->signal_fd, .events = POLLIN},
    };
    struct signalfd_siginfo came;

    for (;;) {
        int status = 0;
        long pid;

        while ((pid = raw4(SYS_wait4, -1, &status, WAIT_NOHANG | WAIT_ALL, 0)) > 0 && pid != init)
            ;
        if (pid == init && status == 0)
            return;
        if (pid == init || waits[0].revents)
            raw_exit(1);
        raw3(SYS_poll, waits, 2, -1);
        if (waits[1].revents)
            raw3(SYS_read, spawner->signal_fd, &came, sizeof(came));
    }
}

static void run_nested(struct spawner *spawner)
{
    struct clone_args arguments = {
        .flags = nested_namespaces(spawner->child),
        .exit_signal = SIGCHLD,
    };
    const long init = raw2(SYS_clone3, &arguments, sizeof(arguments));

    if (init < 0)
        child_fail(spawner->child, DUALPIPE_STEP_CLONE, init, -1, 0);
    if (init == 0)
        begin_nested(spawner);
    close_streams(spawner);
    await_nested(spawner, init);
}

static void run_here(struct spawner *spawner)
{
    const int target = child_fork_target(spawner->child);

    close_streams(spawner);
    if (spawner->plan->spawn == DP_SPAWN_ONCE)
        child_init(spawner->child, target);
    child_watch(spawner->child, target, spawner->signal_fd);
}

void child_spawn(const struct child *child)
{
    struct spawner spawner = {
        .child = child,
        .plan = (struct dp_plan *)(void *)child->base,
    };

    map_sheet(child);
    spawner.signal_fd = child_open_signals(child);
    keep_own_descriptors(&spawner);
    if (child->plan->spawn == DP_SPAWN_AGAIN)
        raw5(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0); /* attested from outside */
    child_report_ready(child);
    for (;;) {
        await_order(&spawner);
        make_fresh(&spawner);
        if (child->plan->spawn == DP_SPAWN_NESTED)
            run_nested(&spawner);
        else
            run_here(&spawner);
        spawner.has_run = true;
    }
}
