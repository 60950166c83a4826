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
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#define COPY_BLOCK (1L << 30)
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
    char size[24]; /* of the next files, or of those that are there */
    char inodes[24];
    bool has_new_size;  /* by the last order */
    bool has_new_files; /* this run */
    int old_files;      /* to be closed, or -1 */
    struct child_file_traces traces;
    int files; /* of the run that waits or runs, once .has_run */
    bool has_run;
    bool is_ordered; /* the streams of the next target have come */
};

static void map_sheet(const struct child *child)
{
    const long result =
        raw6(SYS_mmap, DP_SHEET_ADDRESS, DP_SHEET_BYTES, PROT_READ,
             MAP_SHARED | 0x100000 /* MAP_FIXED_NOREPLACE */, child->plan->sheet_fd, 0);

    if (result != (long)DP_SHEET_ADDRESS)
        child_fail(child, DUALPIPE_STEP_START_INIT, raw_failed(result) ? result : -EEXIST, -1, 0);
    raw1(SYS_close, child->plan->sheet_fd);
}

static void keep_own_descriptors(const struct spawner *spawner)
{
    const struct dp_plan *plan = spawner->plan;
    const bool has_log = plan->forks; /* and no order's streams may come there */
    int keep[] = {plan->control_fd,   plan->status_fd,  plan->life_fd,    plan->error_fd,
                  spawner->signal_fd, has_log ? 0 : -1, has_log ? 1 : -1, has_log ? 2 : -1};
    const long result = child_keep_only(keep, sizeof(keep) / sizeof(keep[0]));

    if (result != 0)
        child_fail(spawner->child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result,
                   DUALPIPE_LAYER_DESCRIPTORS, 0);
}

/* Nobody else has the host's end: what comes is right, or the host is gone. Returns
 * how many descriptors came with it; there is room for three. */
static int take_order(const struct spawner *spawner, struct dp_order *order, int fds[3])
{
    struct iovec part = {.iov_base = order, .iov_len = sizeof(*order)};
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
    const int *came = (const int *)(const void *)CMSG_DATA(&control.align);
    int count = 0;

    if (got <= 0)
        raw_exit(0);
    if (message.msg_controllen < sizeof(struct cmsghdr) || control.align.cmsg_type != SCM_RIGHTS)
        return 0;
    while (control.align.cmsg_len >= CMSG_LEN((unsigned)(count + 1) * sizeof(int)) && count < 3) {
        fds[count] = came[count];
        count++;
    }
    return count;
}

static void close_streams(const struct spawner *spawner)
{
    for (int i = 0; i < 3; i++)
        raw1(SYS_close, spawner->plan->stream_fds[i]);
}

/* The directories above a file, where they are not there yet. */
static void make_parents(int files, char *path)
{
    char *slash = path;

    while (*slash && *slash != '/')
        slash++;
    while (*slash) { /* the first one is there */
        slash++;
        while (*slash && *slash != '/')
            slash++;
        if (!*slash)
            return;
        *slash = '\0';
        raw3(SYS_mkdirat, files, path, 0755); /* where that fails, the file will */
        *slash = '/';
    }
}

static long place(const struct spawner *spawner, struct dp_order *order, int from)
{
    long offset = 0;
    long moved;
    long fd;

    order->path[sizeof(order->path) - 1] = '\0';
    make_parents(spawner->files, order->path);
    fd = raw4(SYS_openat, spawner->files, order->path,
              O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, order->mode & 0777);
    if (fd < 0)
        return fd;
    do
        moved = raw4(SYS_sendfile, fd, from, &offset, COPY_BLOCK);
    while (moved > 0 || moved == -EINTR);
    raw1(SYS_close, fd);
    return moved;
}

/* Only while the target stands at the gate: nobody else is at work there. */
static long place_file(struct spawner *spawner, struct dp_order *order, int from)
{
    long result;

    child_write_as_target(spawner->child, 1);
    result = place(spawner, order, from);
    child_write_as_target(spawner->child, 0);
    raw1(SYS_close, from);
    return result;
}

static void say_obeyed(const struct spawner *spawner, long result)
{
    const struct dp_status status = {.kind = DP_STATUS_OBEYED, .wait_status = (int)-result};

    if (raw3(SYS_write, spawner->plan->status_fd, &status, sizeof(status)) != sizeof(status))
        raw_exit(1);
}

static void copy_size(struct spawner *spawner, const struct dp_order *order)
{
    spawner->has_new_size = false;
    for (unsigned i = 0; i < sizeof(order->size); i++) {
        spawner->has_new_size |= spawner->size[i] != order->size[i];
        spawner->size[i] = order->size[i];
        spawner->inodes[i] = order->inodes[i];
    }
    spawner->size[sizeof(spawner->size) - 1] = '\0';
    spawner->inodes[sizeof(spawner->inodes) - 1] = '\0';
}

/* An order for the next target may come before all of the last one is over. */
void child_take_order(struct spawner *spawner)
{
    struct dp_order order = {0};
    int fds[3];
    const int count = take_order(spawner, &order, fds);

    copy_size(spawner, &order);
    if (count == 3 && order.kind == DP_ORDER_TARGET && !spawner->is_ordered) {
        for (int i = 0; i < 3; i++)
            spawner->plan->stream_fds[i] = fds[i];
        spawner->is_ordered = true;
    } else if (count == 1 && order.kind == DP_ORDER_FILE && !spawner->is_ordered) {
        say_obeyed(spawner, place_file(spawner, &order, fds[0]));
    } else if (count == 0 && order.kind == DP_ORDER_SIZE && !spawner->is_ordered) {
        say_obeyed(spawner, child_size_files(spawner->files, spawner->size, spawner->inodes));
    } else {
        raw_exit(1);
    }
}

int child_has_new_files(const struct spawner *spawner)
{
    return spawner->has_new_files;
}

int child_order_fd(const struct spawner *spawner)
{
    return spawner->is_ordered ? -1 : spawner->plan->control_fd;
}

/* Until the host wants a target, or is gone. */
static void await_order(struct spawner *spawner)
{
    struct pollfd waits[2] = {{.fd = spawner->plan->life_fd, .events = POLLIN},
                              {.fd = spawner->plan->control_fd, .events = POLLIN}};

    while (!spawner->is_ordered) {
        if (raw3(SYS_poll, waits, 2, -1) <= 0)
            continue;
        if (waits[0].revents)
            raw_exit(0);
        child_take_order(spawner);
    }
    spawner->is_ordered = false;
}

__attribute__((noreturn)) static void not_fresh(const struct spawner *spawner, long result)
{
    child_fail(spawner->child, DUALPIPE_STEP_ATTEST, result, -1, 0);
}

/* What was meant for the last target. */
static void forget_signals(const struct spawner *spawner)
{
    struct pollfd wait = {.fd = spawner->signal_fd, .events = POLLIN};
    struct signalfd_siginfo came;

    while (raw3(SYS_poll, &wait, 1, 0) > 0)
        raw3(SYS_read, spawner->signal_fd, &came, sizeof(came));
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

/* For this run and all that leave them as they are. */
static void settle_files(struct spawner *spawner)
{
    child_attach_files(spawner->child, spawner->files);
    spawner->traces.count = 0;
    child_files_are_untouched(spawner->child, spawner->files, &spawner->traces);
    if (!child_has(spawner->child, DUALPIPE_LAYER_LANDLOCK))
        return;
    if (spawner->plan->ruleset_fd >= 0)
        raw1(SYS_close, spawner->plan->ruleset_fd);
    spawner->plan->ruleset_fd = child_make_rules(spawner->child);
}

/* What is not attached anywhere is gone with its descriptor, for which the kernel
 * waits: once the next target is under way. */
static void drop_old_files(struct spawner *spawner)
{
    if (spawner->has_new_files && spawner->old_files >= 0)
        raw1(SYS_close, spawner->old_files);
    spawner->old_files = -1;
}

/* New ones are dearer than the proof that nobody was there. Files of another size
 * are new ones too. */
static bool has_untouched_files(struct spawner *spawner)
{
    if (spawner->plan->spawn != DP_SPAWN_AGAIN || !spawner->has_run || spawner->has_new_size)
        return false;
    return child_files_are_untouched(spawner->child, spawner->files, &spawner->traces);
}

static void make_fresh(struct spawner *spawner)
{
    forget_signals(spawner);
    if (spawner->has_run && spawner->plan->spawn == DP_SPAWN_AGAIN) {
        prove_alone(spawner);
        renew_ipc(spawner);
    }
    spawner->has_new_files = !has_untouched_files(spawner);
    if (!spawner->has_new_files)
        return;
    spawner->old_files = spawner->has_run ? spawner->files : -1;
    spawner->files = child_make_files(spawner->child, spawner->size, spawner->inodes);
    spawner->has_run = true;
    if (spawner->plan->spawn == DP_SPAWN_AGAIN)
        settle_files(spawner);
}

/* Process 1 of a nested box. */
__attribute__((noreturn)) static void begin_nested(const struct spawner *spawner)
{
    child_attach_files(spawner->child, spawner->files);
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
static void await_nested(struct spawner *spawner, long init)
{
    struct pollfd waits[3] = {
        {.fd = spawner->plan->life_fd, .events = POLLIN},
        {.fd = spawner->signal_fd, .events = POLLIN},
        {.fd = -1, .events = POLLIN},
    };
    struct signalfd_siginfo came;

    for (;;) {
        int status = 0;
        long pid;

        while ((pid = raw4(SYS_wait4, -1, &status, WAIT_NOHANG | WAIT_ALL, 0)) > 0 && pid != init)
            ;
        if (pid == init && status == 0)
            return;
        if (spawner->is_ordered) /* its target is over: the rest of it is reaped later */
            return;
        if (pid == init || waits[0].revents)
            raw_exit(1);
        waits[2].fd = child_order_fd(spawner);
        if (raw3(SYS_poll, waits, 3, -1) <= 0)
            continue;
        if (waits[1].revents)
            raw3(SYS_read, spawner->signal_fd, &came, sizeof(came));
        if (waits[2].revents)
            child_take_order(spawner);
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
    drop_old_files(spawner);
    await_nested(spawner, init);
}

static void run_here(struct spawner *spawner)
{
    const int target = child_fork_target(spawner->child);

    close_streams(spawner);
    drop_old_files(spawner);
    child_serve(spawner->child, target, spawner->signal_fd, spawner);
}

void child_spawn(const struct child *child)
{
    struct spawner spawner = {
        .child = child,
        .plan = (struct dp_plan *)(void *)child->base,
    };

    map_sheet(child);
    child_take_cpus(child);
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
    }
}
