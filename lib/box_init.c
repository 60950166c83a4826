/* SPDX-License-Identifier: MIT */
/* box_init.c - makes process 1 of a box, as box.h says: its pipes, its program, its
 * namespaces, its ids. */
#include "box.h"

#include "descriptor.h"
#include "error.h"
#include "limits.h"
#include "subordinate.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A fork instead; as for a host whose own filter forbids memfd_create (-EPERM). */
#define NO_BOX_PROGRAM (-1)
/* What a host may allocate until it is forked. */
#define FORK_SPARE_BYTES DUALPIPE_MEBIBYTES(4)

/* The box program, linked without libc and embedded by box_program.S. */
extern const char dp_box_program[];
extern const char dp_box_program_end[];

static void close_child_ends(struct dp_child_ends *ends)
{
    dp_descriptor_close(&ends->control);
    dp_descriptor_close(&ends->status);
    dp_descriptor_close(&ends->life);
    dp_descriptor_close(&ends->error);
    for (int i = 0; i < 3; i++)
        dp_descriptor_close(&ends->streams[i]);
    for (int i = 0; i < DP_TREE_COUNT - 1; i++)
        dp_descriptor_close(&ends->doors[i]);
}

static int make_control(struct dp_box *box, struct dp_child_ends *ends)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return -errno;
    box->control = dp_descriptor_raise(pair[0]);
    ends->control = dp_descriptor_raise(pair[1]);
    return box->control < 0 || ends->control < 0 ? -EMFILE : 0;
}

static int make_ends(struct dp_box *box, struct dp_child_ends *ends)
{
    int result = make_control(box, ends);

    if (result == 0)
        result = dp_descriptor_pipe(&box->status, &ends->status);
    if (result == 0)
        result = dp_descriptor_pipe(&ends->life, &box->life);
    if (result == 0)
        result = dp_descriptor_pipe(&box->error, &ends->error);
    if (result == 0)
        result = dp_descriptor_nonblocking(box->status);
    if (result == 0)
        result = dp_descriptor_nonblocking(box->error);
    return result;
}

static uint64_t namespace_flags(const struct dp_setup *setup)
{
    static const struct {
        enum dualpipe_layer layer;
        uint64_t flag;
    } flags[] = {
        {DUALPIPE_LAYER_USER_NAMESPACE, CLONE_NEWUSER},
        {DUALPIPE_LAYER_PID_NAMESPACE, CLONE_NEWPID},
        {DUALPIPE_LAYER_MOUNT_NAMESPACE, CLONE_NEWNS},
        {DUALPIPE_LAYER_NETWORK_NAMESPACE, CLONE_NEWNET},
        {DUALPIPE_LAYER_IPC_NAMESPACE, CLONE_NEWIPC},
        {DUALPIPE_LAYER_UTS_NAMESPACE, CLONE_NEWUTS},
        {DUALPIPE_LAYER_CGROUP_NAMESPACE, CLONE_NEWCGROUP},
    };
    uint64_t result = 0;

    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (dp_setup_has(setup, flags[i].layer))
            result |= flags[i].flag;
    return result;
}

/* Which layer a failed clone was about, as far as its errno tells. */
static int clone_failed(const struct dp_setup *setup, int errnum, struct dualpipe_error *error)
{
    if (dp_is_shortage(errnum) || errnum == EFBIG)
        return dp_fail(error, DUALPIPE_STEP_CLONE, errnum, "clone3");
    if (dp_setup_has(setup, DUALPIPE_LAYER_USER_NAMESPACE))
        return dp_fail_layer(error, DUALPIPE_STEP_CLONE, errnum, DUALPIPE_LAYER_USER_NAMESPACE,
                             "clone3");
    dp_fail(error, DUALPIPE_STEP_CLONE, errnum, "clone3");
    dp_advise(error, "without a user namespace, only root can make the others");
    return -errnum;
}

/* All signals stay blocked over the clone, so that no handler of the host runs
 * in the child; the child's last step opens the mask. */
static long clone_box(struct dp_box *box, const struct dp_setup *setup,
                      const struct dp_child_start *start)
{
    pid_t made = 0;
    struct clone_args arguments = {
        .flags = namespace_flags(setup) | CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)&box->init_pidfd,
        .parent_tid = (uint64_t)(uintptr_t)&made,
        .exit_signal = 0, /* no SIGCHLD for the host, and unseen by its wait(-1) */
    };
    const int group = dp_cgroup_clone_fd(&setup->cgroup);
    sigset_t all;
    sigset_t before;
    long pid;

    if (group >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (__u64)group;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid = start ? dp_child_clone_kept(&arguments, start, &box->keeper)
                : dp_child_clone(&arguments, setup->block.bytes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    /* A clone that fails late, or whose caller is killed, leaves a number there that
     * it has taken back: by now it may be any other thread's descriptor. */
    if (made <= 0)
        box->init_pidfd = -1;
    return pid;
}

static unsigned list_inherited(int *keep, const struct dp_setup *setup,
                               const struct dp_child_ends *ends)
{
    unsigned count = 0;

    keep[count++] = ends->control;
    keep[count++] = ends->status;
    keep[count++] = ends->life;
    keep[count++] = ends->error;
    for (int i = 0; i < 3; i++)
        keep[count++] = ends->streams[i];
    for (int i = 0; i < DP_TREE_COUNT - 1; i++)
        keep[count++] = ends->doors[i];
    for (unsigned i = 0; i < setup->fd_count; i++)
        keep[count++] = setup->fds[i];
    if (setup->program.is_copied)
        keep[count++] = setup->program.fd;
    return count;
}

static long start_program(struct dp_box *box, const struct dp_setup *setup,
                          const struct dp_child_ends *ends, int box_program, int plan_fd)
{
    int keep[DP_SETUP_FDS + 16];
    char plan_fd_text[16];
    char size_text[16];
    const char *const argv[] = {"dualpipe-init", plan_fd_text, size_text, NULL};
    unsigned count = list_inherited(keep, setup, ends);

    keep[count++] = plan_fd;
    keep[count++] = box_program;
    snprintf(plan_fd_text, sizeof(plan_fd_text), "%d", plan_fd);
    snprintf(size_text, sizeof(size_text), "%u", setup->block.size);
    return clone_box(box, setup,
                     &(struct dp_child_start){
                         .plan = (const struct dp_plan *)(const void *)setup->block.bytes,
                         .program_fd = box_program,
                         .keep = keep,
                         .keep_count = (int)count,
                         .argv = argv,
                     });
}

/*
 * The box program, in memory. A function lives in the host's memory and needs a
 * fork; so does a program where the host forbids programs in memory
 * (vm.memfd_noexec=2): the same code, run in place. Returns a descriptor, -1 for
 * a fork, or a negative errno value below that.
 */
static int open_box_program(struct dp_setup *setup)
{
    const size_t size = (size_t)(dp_box_program_end - dp_box_program);
    int fd;

    if (!setup->job->function) {
        fd = dp_descriptor_memory(DP_BOX_PROGRAM_NAME, dp_box_program, size, true);
        if (fd != -EACCES || setup->spawn != DP_SPAWN_NONE)
            return fd;
    }
    setup->runs_in_place = true;
    setup->inherited_bytes = dp_limits_own_data_bytes() + FORK_SPARE_BYTES;
    return NO_BOX_PROGRAM;
}

static int start_init(struct dp_box *box, const struct dp_setup *setup,
                      const struct dp_child_ends *ends, int box_program,
                      struct dualpipe_error *error)
{
    int plan_fd = -1;
    long pid;

    if (box_program == NO_BOX_PROGRAM) {
        pid = clone_box(box, setup, NULL);
    } else {
        plan_fd =
            dp_descriptor_memory("dualpipe-plan", setup->block.bytes, setup->block.size, false);
        if (plan_fd < 0)
            return dp_fail(error, DUALPIPE_STEP_START_INIT, -plan_fd, "memfd_create");
        pid = start_program(box, setup, ends, box_program, plan_fd);
        close(plan_fd);
    }
    /* Without these nobody could end the box. */
    box->keeper.pidfd = dp_descriptor_raise_or_keep(box->keeper.pidfd);
    box->init_pidfd = dp_descriptor_raise_or_keep(box->init_pidfd);
    if (pid < 0)
        return clone_failed(setup, (int)-pid, error);
    box->init = (pid_t)pid;
    return 0;
}

int dp_box_make_init(struct dp_box *box, struct dp_setup *setup, int streams[3],
                     struct dualpipe_error *error)
{
    struct dp_child_ends ends = {-1,          -1, -1, -1, {streams[0], streams[1], streams[2]},
                                 {-1, -1, -1}};
    int box_program = NO_BOX_PROGRAM;
    int result = make_ends(box, &ends);

    for (int i = 0; i < 3; i++)
        streams[i] = -1;
    if (result < 0)
        dp_fail(error, DUALPIPE_STEP_CONNECT_STREAMS, -result, "pipe");
    if (result == 0) {
        result = dp_cgroup_open_doors(&setup->cgroup, ends.doors);
        if (result < 0)
            dp_fail_layer(error, DUALPIPE_STEP_MAKE_CGROUP, -result, DUALPIPE_LAYER_CGROUP,
                          DP_CGROUP_DOOR);
    }
    if (result == 0) {
        box_program = open_box_program(setup);
        if (box_program < NO_BOX_PROGRAM)
            result = dp_fail(error, DUALPIPE_STEP_START_INIT, -box_program, "memfd_create");
    }
    if (result == 0)
        result = dp_setup_plan(setup, &ends, error);
    if (result == 0)
        result = start_init(box, setup, &ends, box_program, error);
    if (box_program >= 0)
        close(box_program);
    close_child_ends(&ends);
    return result;
}

/* Its keeper reaps it when it dies, so that its pid may be another's by now: that it lives
 * after the file was opened proves that it is its own. */
static int write_proc(const struct dp_box *box, const char *name, const char *text)
{
    char path[64];
    ssize_t written;
    int result = 0;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)box->init, name);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (syscall(SYS_pidfd_send_signal, box->init_pidfd, 0, NULL, 0) != 0) {
        close(fd);
        return -ESRCH;
    }
    written = write(fd, text, strlen(text));
    if (written < 0)
        result = -errno;
    close(fd);
    return result;
}

static void write_map(char *map, size_t size, const struct dp_setup *setup, unsigned target,
                      unsigned spawner)
{
    const int length = snprintf(map, size, "%u %u 1\n", DP_UID_INSIDE, target);

    if (setup->spawn == DP_SPAWN_AGAIN)
        snprintf(map + length, size - (size_t)length, "%u %u 1\n", DP_UID_SPAWNER, spawner);
}

/* With a second id that is not this user's own. setgroups(2) stays allowed, for the one
 * who gave the range wants it so, and drops the user's groups. A target of that id would
 * not let us offer it to the OOM killer; its spawner does so now, for all of them. */
static int map_subordinate(const struct dp_box *box, const struct dp_setup *setup,
                           struct dualpipe_error *error)
{
    const struct dp_id_pair uids[2] = {{DP_UID_INSIDE, setup->identity.uid},
                                       {DP_UID_SPAWNER, setup->spawner.uid}};
    const struct dp_id_pair gids[2] = {{DP_UID_INSIDE, setup->identity.gid},
                                       {DP_UID_SPAWNER, setup->spawner.gid}};
    int result = dp_subordinate_map(box->init, DP_NEWUIDMAP, uids, error);

    if (result == 0)
        result = dp_subordinate_map(box->init, DP_NEWGIDMAP, gids, error);
    if (result < 0)
        return result;
    result = write_proc(box, "oom_score_adj", "1000");
    return result < 0 ? dp_fail(error, DUALPIPE_STEP_SET_LIMIT, -result, "oom_score_adj") : 0;
}

int dp_box_map_ids(const struct dp_box *box, const struct dp_setup *setup,
                   struct dualpipe_error *error)
{
    const struct dp_identity *identity = &setup->identity;
    const char *file = "setgroups";
    char map[128];
    int result = 0;

    if (!dp_setup_has(setup, DUALPIPE_LAYER_USER_NAMESPACE))
        return 0;
    if (identity->is_subordinate)
        return map_subordinate(box, setup, error);
    if (!identity->is_private) /* asked for before an ordinary user's gid_map */
        result = write_proc(box, file, "deny");
    if (result == 0) {
        file = "uid_map";
        write_map(map, sizeof(map), setup, identity->uid, setup->spawner.uid);
        result = write_proc(box, file, map);
    }
    if (result == 0) {
        file = "gid_map";
        write_map(map, sizeof(map), setup, identity->gid, setup->spawner.gid);
        result = write_proc(box, file, map);
    }
    if (result == 0)
        return 0;
    dp_fail_layer(error, DUALPIPE_STEP_MAP_IDS, -result, DUALPIPE_LAYER_USER_NAMESPACE, file);
    if (identity->is_private && result == -EPERM)
        dp_advise(error, "as root a box needs CAP_SETUID and CAP_SETGID (container engines give "
                         "them unless told to drop all); or run as an ordinary user");
    return result;
}
