/* SPDX-License-Identifier: MIT */
/* box.c - see box.h; the child's side is told in child/child.h. */
#include "box.h"

#include "clock.h"
#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/openat2.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is killed is gone at once, unless the kernel holds it. */
#define REMOVE_TIMEOUT_US DUALPIPE_SECONDS(10)
/* So is a keeper after its init, unless somebody holds it still. */
#define KEEPER_TIMEOUT_US DUALPIPE_SECONDS(1)
/* Who is being killed shows it in what can be read of it before it is over. */
#define DEATH_TIMEOUT_US DUALPIPE_MILLISECONDS(100)

#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, uint64_t)
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1UL
#endif
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP 4U
#endif

/* The child's words, put into ours. Returns 0 where it has said nothing. */
static int read_child_error(const struct dp_box *box, const struct dp_setup *setup,
                            struct dualpipe_error *error)
{
    struct dp_child_error said;
    const char *subject = NULL;
    const ssize_t got = read(box->error, &said, sizeof(said));

    if (got <= 0)
        return 0;
    if (got != (ssize_t)sizeof(said) || said.step >= DUALPIPE_STEP_COUNT || said.errnum <= 0 ||
        said.errnum > DP_ERRNO_MAX) /* that it failed is certain all the same */
        return dp_fail(error, DUALPIPE_STEP_START_INIT, EPROTO, "report of the box");
    if (said.subject > 0 && said.subject < setup->block.size)
        subject = setup->block.bytes + said.subject;
    if (said.layer >= 0 && said.layer < DUALPIPE_LAYER_COUNT)
        dp_fail_layer(error, (enum dualpipe_step)said.step, said.errnum,
                      (enum dualpipe_layer)said.layer, subject);
    else
        dp_fail(error, (enum dualpipe_step)said.step, said.errnum, subject);
    if (said.step == DUALPIPE_STEP_COPY_FILE && said.errnum == ENOSPC)
        dp_advise(error, "it does not fit into the box: raise --disk");
    return -said.errnum;
}

/* Init is dead or silent: what it said before, or that it said nothing. */
static int init_failed(const struct dp_box *box, const struct dp_setup *setup, int errnum,
                       struct dualpipe_error *error)
{
    const int said = read_child_error(box, setup, error);

    if (said < 0)
        return said;
    dp_fail(error, DUALPIPE_STEP_START_INIT, errnum, "init of the box");
    error->retryable = true; /* our code never dies in silence: somebody killed it */
    return -errnum;
}

/* A step that failed because our own code in the box has died says nothing of the step. */
static int unless_killed(const struct dp_box *box, const struct dp_setup *setup, int result,
                         struct dualpipe_error *error)
{
    struct pollfd waits[2] = {{.fd = box->init_pidfd, .events = POLLIN},
                              {.fd = box->target_pidfd, .events = POLLIN}};

    if (result == 0 || !dp_descriptors_await(waits, 2, DEATH_TIMEOUT_US))
        return result;
    return init_failed(box, setup, ESRCH, error);
}

/* A target may have been killed before its gate: then init has no more to say. */
static int read_ready(struct dp_box *box, const struct dp_setup *setup,
                      struct dualpipe_error *error)
{
    struct dp_status status;
    const ssize_t got = read(box->status, &status, sizeof(status));

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got != (ssize_t)sizeof(status) || status.kind == DP_STATUS_ENDED)
        return init_failed(box, setup, ECHILD, error);
    box->is_ready = status.kind == DP_STATUS_READY;
    box->has_new_mounts = status.has_new_files != 0;
    return 0;
}

/* The listener and its courier's pidfd, once. Whatever else comes is closed. */
static void take_descriptors(struct dp_box *box, const struct cmsghdr *header, bool is_expected)
{
    int fds[2];
    size_t count = 0;

    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return;
    while (count < 2 && header->cmsg_len >= CMSG_LEN((count + 1) * sizeof(int)))
        count++;
    memcpy(fds, CMSG_DATA(header), count * sizeof(int));
    if (is_expected && count == 2 && box->listener < 0) {
        box->listener = dp_descriptor_raise(fds[0]);
        box->courier_pidfd = dp_descriptor_raise(fds[1]);
        return;
    }
    while (count > 0)
        close(fds[--count]);
}

/* The listener and its courier's pidfd; then that it is closed elsewhere. Returns
 * false where nothing is there. */
static bool read_control(struct dp_box *box)
{
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    const struct cmsghdr *header;
    ssize_t got;

    if (box->control < 0)
        return false;
    got = recvmsg(box->control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    header = CMSG_FIRSTHDR(&message);
    if (got < 0 && errno == EINTR)
        return true;
    if (got < 0 && errno == EAGAIN)
        return false;
    if (got <= 0) {
        if (got == 0)
            take_descriptors(box, header, false);
        dp_descriptor_close(&box->control);
        return false;
    }
    if (byte == 'G') {
        box->at_gate = true;
    } else if (byte == 'C') {
        box->is_closed = true;
    }
    take_descriptors(box, header, byte == 'L' && !(message.msg_flags & MSG_CTRUNC));
    return true;
}

/*
 * Init says that it has reaped the courier: then what that had to say is all
 * there. Nobody else has the listener, and nobody unfiltered shares the memory,
 * nor counts as a process of the target's user.
 */
static int check_hand_over(struct dp_box *box, struct dualpipe_error *error)
{
    while (!box->is_closed && read_control(box))
        ;
    if (box->listener < 0 || !box->is_closed ||
        syscall(SYS_pidfd_send_signal, box->courier_pidfd, 0, NULL, 0) == 0 || errno != ESRCH) {
        dp_fail(error, DUALPIPE_STEP_HAND_OVER_LISTENER, EPROTO, "courier");
        error->retryable = true; /* it was killed, or we had no room for what it brought */
        return -EPROTO;
    }
    dp_descriptor_close(&box->courier_pidfd);
    dp_descriptor_close(&box->control);
    box->is_handed_over = true;
    return 0;
}

/* The first notified call must be the gate, and nothing else. */
static int receive_gate(struct dp_box *box, const struct dp_setup *setup,
                        struct dualpipe_error *error)
{
    union dp_notification notification;
    const struct seccomp_data *data = &notification.call.data;
    const bool is_answered = dp_setup_is_answered(setup);
    int result = dp_notify_receive(box->listener, &notification);

    if (result == -EAGAIN)
        return 0;
    if (result == -ENOTCONN) /* it has been killed on its way there */
        return init_failed(box, setup, ESRCH, error);
    if (result < 0)
        return dp_fail(error, DUALPIPE_STEP_HAND_OVER_LISTENER, -result, "listener");
    if (data->arch != AUDIT_ARCH_X86_64 || data->nr != SYS_execveat ||
        (int)data->args[4] != (is_answered ? DP_GATE_FLAGS : AT_EMPTY_PATH))
        return dp_fail(error, DUALPIPE_STEP_HAND_OVER_LISTENER, EPROTO, "gate");
    box->gate_id = notification.call.id;
    box->target = (pid_t)notification.call.pid;
    box->at_gate = true;
    return 0;
}

static int reserve_all(struct dp_waitset *waits, const struct dp_box *box)
{
    const int fds[] = {box->control, box->status, box->error, box->init_pidfd, box->listener};
    int result = 0;

    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]) && result == 0; i++)
        result = dp_waitset_reserve(waits, fds[i]);
    return result;
}

static bool is_finished(const struct dp_box *box, const struct dp_setup *setup)
{
    if (!dp_setup_has(setup, DUALPIPE_LAYER_SECCOMP))
        return box->is_ready && box->at_gate;
    return box->is_ready && box->at_gate && box->is_handed_over;
}

/* Nobody waits for a box that is made ahead of time: its host is woken once, by what
 * comes last, and not by each message on the way. */
static void want_what_is_missing(const struct dp_box *box, struct dp_waitset *waits)
{
    const bool waits_for_last = box->is_warm && !box->is_ready;

    dp_waitset_clear(waits);
    if (box->listener < 0 && !box->at_gate && !waits_for_last)
        dp_waitset_want_read(waits, box->control);
    if (!box->is_ready)
        dp_waitset_want_read(waits, box->status);
    if (!box->is_error_over)
        dp_waitset_want_read(waits, box->error);
    dp_waitset_want_read(waits, box->init_pidfd);
    if (!box->at_gate && !waits_for_last)
        dp_waitset_want_read(waits, box->listener);
}

/* What init, the courier and the target say when they are done. */
static int hear(struct dp_box *box, const struct dp_setup *setup, const struct dp_waitset *waits,
                struct dualpipe_error *error)
{
    int result = 0;

    if (dp_waitset_is_readable(waits, box->error)) {
        result = read_child_error(box, setup, error);
        box->is_error_over = true; /* a function's ends before the gate */
    }
    if (result == 0 && dp_waitset_is_readable(waits, box->init_pidfd))
        result = init_failed(box, setup, ECHILD, error);
    if (result < 0)
        return result;
    if (dp_waitset_is_readable(waits, box->status))
        result = read_ready(box, setup, error);
    if (result == 0 && dp_waitset_is_readable(waits, box->control))
        read_control(box);
    if (result == 0 && box->is_ready && !box->is_handed_over &&
        dp_setup_has(setup, DUALPIPE_LAYER_SECCOMP))
        result = check_hand_over(box, error);
    if (result == 0 && box->listener >= 0 && !box->at_gate)
        result = receive_gate(box, setup, error);
    return result;
}

/* One round of waiting for the box to be finished. */
static int wait_once(struct dp_box *box, const struct dp_setup *setup, struct dp_waitset *waits,
                     int64_t deadline, struct dualpipe_error *error)
{
    int result = reserve_all(waits, box);

    if (result < 0)
        return dp_fail(error, DUALPIPE_STEP_START_INIT, -result, NULL);
    want_what_is_missing(box, waits);
    result = dp_waitset_wait(waits, deadline);
    if (result == -EINTR)
        return 0;
    if (result > 0 && dp_now_us() >= deadline) /* however much there is to hear */
        result = 0;
    if (result <= 0)
        return init_failed(box, setup, result ? -result : ETIMEDOUT, error);
    return hear(box, setup, waits, error);
}

/* Without a listener nothing tells the target's pid but its parent. */
static pid_t only_child_of(pid_t init)
{
    char path[64];
    int child = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)init, (int)init);
    file = fopen(path, "re");
    if (!file)
        return 0;
    if (fscanf(file, "%d", &child) != 1)
        child = 0;
    fclose(file);
    return child;
}

/* As the host sees it; 0 where that is not told. */
static pid_t parent_of(const struct dp_box *box)
{
    char stat[512];
    const char *after;
    int parent = 0;
    ssize_t got = -1;
    int fd = openat(box->target_proc, "stat", O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        got = read(fd, stat, sizeof(stat) - 1);
        close(fd);
    }
    stat[got > 0 ? got : 0] = '\0';
    after = strrchr(stat, ')');
    return after && sscanf(after + 1, " %*c %d", &parent) == 1 ? parent : 0;
}

/* Descriptors that stay bound to the target, whatever becomes of its pid. */
static int hold_target(struct dp_box *box, const struct dp_setup *setup,
                       struct dualpipe_error *error)
{
    char path[64];

    if (!dp_setup_has(setup, DUALPIPE_LAYER_SECCOMP))
        box->target = only_child_of(box->init);
    snprintf(path, sizeof(path), "/proc/%d", (int)box->target);
    box->target_pidfd = (int)syscall(SYS_pidfd_open, box->target, 0);
    if (box->target_pidfd >= 0)
        box->target_pidfd = dp_descriptor_raise(box->target_pidfd);
    box->target_proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (box->target_proc >= 0)
        box->target_proc = dp_descriptor_raise(box->target_proc);
    if (box->target_pidfd < 0 || box->target_proc < 0)
        return dp_fail(error, DUALPIPE_STEP_ATTEST, errno, path);
    if (box->listener >= 0 && !dp_notify_is_alive(box->listener, box->gate_id))
        return init_failed(box, setup, ESRCH, error);
    return 0;
}

/* The init of a nested box is its target's parent; all else of it is the same
 * spawner's. */
static int hold_nested_init(struct dp_box *box, const struct dp_setup *setup,
                            struct dualpipe_error *error)
{
    int pidfd;
    pid_t init;

    if (setup->spawn != DP_SPAWN_NESTED)
        return 0;
    init = parent_of(box);
    pidfd = init > 0 ? (int)syscall(SYS_pidfd_open, init, 0) : -1;
    if (pidfd >= 0)
        pidfd = dp_descriptor_raise(pidfd);
    if (pidfd < 0 || parent_of(box) != init || init == box->init) {
        dp_descriptor_close(&pidfd);
        return init_failed(box, setup, ESRCH, error);
    }
    dp_descriptor_close(&box->init_pidfd);
    box->init_pidfd = pidfd;
    box->init = init;
    return 0;
}

/* Where the files are, when the target starts elsewhere: beneath its root. */
static int open_inside(const struct dp_box *box, const char *directory)
{
    const struct open_how how = {
        .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    };
    int root = openat(box->target_proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
    const long fd = root < 0 ? -1 : syscall(SYS_openat2, root, directory, &how, sizeof(how));
    const int errnum = errno;

    dp_descriptor_close(&root);
    errno = errnum;
    return (int)fd;
}

/* The place to collect from stays reachable after all of the box is dead. */
static int hold_working_directory(struct dp_box *box, const struct dp_setup *setup,
                                  struct dualpipe_error *error)
{
    const struct dualpipe_job *job = setup->job;

    if (job->collect_count == 0 && setup->spawn == DP_SPAWN_NONE)
        return 0;
    box->working_directory =
        job->start_directory
            ? open_inside(box, job->directory ? job->directory : setup->policy->policy.directory)
            : openat(box->target_proc, "cwd", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (box->working_directory >= 0)
        box->working_directory = dp_descriptor_raise(box->working_directory);
    if (box->working_directory < 0)
        return dp_fail(error, DUALPIPE_STEP_COLLECT, errno, "working directory");
    return 0;
}

/* While the courier ends and init reaps it, what cannot change any more at the
 * gate is looked at; the rest when the box is finished. */
static int look_at_gate(struct dp_box *box, const struct dp_setup *setup,
                        struct dualpipe_error *error)
{
    const uint64_t flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
    int result = hold_target(box, setup, error);

    if (result == 0 && box->listener >= 0) /* 6.6 and newer: answers cost less */
        ioctl(box->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags);
    if (result == 0)
        result = hold_working_directory(box, setup, error);
    if (result == 0)
        result = hold_nested_init(box, setup, error);
    if (result < 0)
        return result;
    dp_file_systems_hold(&box->file_systems, box->target_proc, setup);
    return dp_attest_at_gate(box, setup, error);
}

static int let_init_begin(struct dp_box *box, const struct dp_setup *setup,
                          struct dualpipe_error *error)
{
    int result = dp_box_map_ids(box, setup, error);

    result = unless_killed(box, setup, result, error);
    if (result == 0 && send(box->control, "G", 1, MSG_NOSIGNAL) != 1)
        result = init_failed(box, setup, errno, error);
    return result;
}

int dp_box_bring_to_gate(struct dp_box *box, struct dp_setup *setup, struct dp_waitset *waits,
                         struct dualpipe_error *error)
{
    const int64_t deadline = dp_deadline(dp_now_us(), DP_SETUP_TIMEOUT_US);
    int result = 0;

    while (result == 0 && !box->at_gate)
        result = wait_once(box, setup, waits, deadline, error);
    if (result == 0)
        result = unless_killed(box, setup, look_at_gate(box, setup, error), error);
    while (result == 0 && !is_finished(box, setup))
        result = wait_once(box, setup, waits, deadline, error);
    if (result == 0)
        result = unless_killed(box, setup, dp_attest_finished(box, setup, error), error);
    box->attested = result == 0;
    return result;
}

int dp_box_await_spawner(struct dp_box *box, struct dp_setup *setup, struct dp_waitset *waits,
                         struct dualpipe_error *error)
{
    const int64_t deadline = dp_deadline(dp_now_us(), DP_SETUP_TIMEOUT_US);
    int result = 0;

    box->is_handed_over = true; /* there is no listener yet */
    while (result == 0 && !box->is_ready)
        result = wait_once(box, setup, waits, deadline, error);
    return result;
}

void dp_box_init(struct dp_box *box)
{
    *box = (struct dp_box){
        .init_pidfd = -1,
        .target_pidfd = -1,
        .target_proc = -1,
        .working_directory = -1,
        .control = -1,
        .status = -1,
        .life = -1,
        .error = -1,
        .listener = -1,
        .courier_pidfd = -1,
        .keeper.pidfd = -1,
    };
}

int dp_box_start(struct dp_box *box, struct dp_setup *setup, int streams[3],
                 struct dualpipe_error *error)
{
    const int result = dp_box_make_init(box, setup, streams, error);

    return result < 0 ? result : let_init_begin(box, setup, error);
}

void dp_box_go_on(const struct dp_box *box)
{
    syscall(SYS_pidfd_send_signal, box->init_pidfd, DP_INIT_GOES_ON, NULL, 0);
}

void dp_box_kill(const struct dp_box *box)
{
    const int pidfd = box->target_pidfd >= 0 ? box->target_pidfd : box->init_pidfd;

    /* Its children at the same time as itself. Those that are still in its group, which
     * is its own since it leads a session, without waiting for anyone (6.9 and newer);
     * the others by init. */
    if (box->ran && box->target_pidfd >= 0)
        syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, PIDFD_SIGNAL_PROCESS_GROUP);
    if (box->ran)
        syscall(SYS_pidfd_send_signal, box->init_pidfd, DP_INIT_KILLS_ALL, NULL, 0);
    if (pidfd >= 0)
        syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* Wait until a process of ours has exited, and reap it. */
static bool await_exit(int pidfd, int64_t timeout_us)
{
    const bool is_exited = dp_descriptor_await(pidfd, timeout_us);
    siginfo_t info;

    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG | __WALL) < 0 && errno == EINTR)
        ;
    return is_exited;
}

/* It ends by itself when its init has, which it alone can reap. */
static bool end_keeper(int pidfd)
{
    static const int remedies[] = {SIGCONT, SIGKILL};
    bool is_over = await_exit(pidfd, KEEPER_TIMEOUT_US);

    for (size_t i = 0; i < sizeof(remedies) / sizeof(remedies[0]) && !is_over; i++) {
        syscall(SYS_pidfd_send_signal, pidfd, remedies[i], NULL, 0);
        is_over = await_exit(pidfd, KEEPER_TIMEOUT_US);
    }
    return is_over;
}

/* With the box's process 1 dies all that is in its pid namespace. Its parent is
 * the keeper, where there is one, else this process. */
static void end_init(struct dp_box *box)
{
    bool is_over = true;

    if (box->is_warm)
        return;
    if (box->init_pidfd >= 0) {
        dp_box_kill(box);
        syscall(SYS_pidfd_send_signal, box->init_pidfd, SIGKILL, NULL, 0);
        is_over = await_exit(box->init_pidfd, REMOVE_TIMEOUT_US);
    }
    if (!box->keeper.stack)
        return;
    if (end_keeper(box->keeper.pidfd) && is_over) /* else somebody still stands on it */
        munmap(box->keeper.stack, DP_KEEPER_STACK_BYTES);
    box->keeper.stack = NULL;
    dp_descriptor_close(&box->keeper.pidfd);
}

void dp_box_remove(struct dp_box *box)
{
    end_init(box);
    dp_descriptor_close(&box->life);
    dp_descriptor_close(&box->listener);
    dp_descriptor_close(&box->courier_pidfd);
    dp_descriptor_close(&box->control);
    dp_descriptor_close(&box->status);
    dp_descriptor_close(&box->error);
    dp_descriptor_close(&box->working_directory);
    dp_file_systems_release(&box->file_systems);
    dp_descriptor_close(&box->target_proc);
    dp_descriptor_close(&box->target_pidfd);
    dp_descriptor_close(&box->init_pidfd);
}
