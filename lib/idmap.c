/* SPDX-License-Identifier: MIT */
/* idmap.c - see idmap.h. */
#include "idmap.h"

#include "child/raw.h"
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A process that only holds a user namespace until its pipe ends. */
struct holder {
    pid_t pid;
    int pidfd;
    int pipe;
};

static int start_holder(struct holder *holder)
{
    struct clone_args arguments = {
        .flags = CLONE_NEWUSER | CLONE_PIDFD | CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)&holder->pidfd,
    };
    sigset_t all;
    sigset_t before;
    char byte;
    int child_end;
    long pid;
    int result = dp_descriptor_pipe(&child_end, &holder->pipe);

    if (result < 0)
        return result;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid = raw2(SYS_clone3, &arguments, sizeof(arguments));
    if (pid == 0) { /* a fork: it must hold nothing of the host's */
        raw3(SYS_close_range, 0, child_end - 1, 0);
        raw3(SYS_close_range, child_end + 1, ~0U, 0);
        raw3(SYS_read, child_end, &byte, 1);
        raw_exit(0);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(child_end);
    if (pid < 0)
        dp_descriptor_close(&holder->pipe);
    holder->pid = (pid_t)pid;
    return pid < 0 ? (int)pid : 0;
}

static void end_holder(struct holder *holder)
{
    siginfo_t info;

    syscall(SYS_pidfd_send_signal, holder->pidfd, SIGKILL, NULL, 0);
    dp_descriptor_close(&holder->pipe);
    while (waitid(P_PIDFD, (id_t)holder->pidfd, &info, WEXITED | __WALL) < 0 && errno == EINTR)
        ;
    dp_descriptor_close(&holder->pidfd);
}

static int write_map(const struct holder *holder, const char *name, unsigned from, unsigned to)
{
    char path[64];
    char line[48];
    int result = 0;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)holder->pid, name);
    snprintf(line, sizeof(line), "%u %u 1\n", from, to);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (write(fd, line, strlen(line)) < 0)
        result = -errno;
    close(fd);
    return result;
}

/* A descriptor of a user namespace with the map, or a negative errno value. */
static int open_map(const struct stat *owner, const struct dp_identity *identity)
{
    struct holder holder = {.pidfd = -1, .pipe = -1};
    char path[64];
    int result = start_holder(&holder);
    int fd = -1;

    if (result < 0)
        return result;
    result = write_map(&holder, "uid_map", owner->st_uid, identity->uid);
    if (result == 0)
        result = write_map(&holder, "gid_map", owner->st_gid, identity->gid);
    if (result == 0) {
        snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)holder.pid);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        result = fd < 0 ? -errno : 0;
    }
    end_holder(&holder);
    return result < 0 ? result : fd;
}

int dp_idmap_mount(int mount_fd, const struct stat *owner, const struct dp_identity *identity)
{
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP};
    int result = 0;
    int map = open_map(owner, identity);

    if (map < 0)
        return map;
    attributes.userns_fd = (__u64)map;
    if (syscall(SYS_mount_setattr, mount_fd, "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) !=
        0)
        result = -errno;
    close(map);
    return result;
}
