/* SPDX-License-Identifier: MIT */
/*
 * attest.c - is the box what the plan says? Asked from outside, through the
 * kernel, while the target stands at the gate; nothing hostile has run yet.
 *
 * What the child proves itself, because no one else can see it: Landlock is in
 * force, and no capability can be had back.
 */
#include "box.h"
#include "descriptor.h"
#include "error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATUS_SIZE 8192
#define MOUNTINFO_SIZE 65536

struct attestation {
    const struct dp_box *box;
    const struct dp_setup *setup;
    struct dualpipe_error *error;
};

static int differs(const struct attestation *it, int layer, const char *what)
{
    dp_fail(it->error, DUALPIPE_STEP_ATTEST, EPROTO, what);
    it->error->layer = layer;
    dp_advise(it->error, "the box is not what was asked for; nothing was run");
    return -EPROTO;
}

/* What cannot be read. For want of descriptors or memory, that says nothing of the box. */
static int unread(const struct attestation *it, int errnum, int layer, const char *what)
{
    if (dp_is_shortage(errnum))
        return dp_fail(it->error, DUALPIPE_STEP_ATTEST, errnum, what);
    return differs(it, layer, what);
}

/* A small file of /proc, with a NUL. Returns its length or a negative errno. */
static ssize_t read_small(int directory, const char *name, char *text, size_t size)
{
    size_t length = 0;
    ssize_t got = 1;
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    while (length < size - 1 && got > 0) {
        got = read(fd, text + length, size - 1 - length);
        if (got > 0)
            length += (size_t)got;
    }
    if (got < 0)
        got = -errno;
    close(fd);
    text[length] = '\0';
    return got < 0 ? got : (ssize_t)length;
}

/* The value of a line of /proc/PID/status; "" where there is none. */
static const char *line_of(const char *status, const char *key)
{
    const size_t length = strlen(key);

    for (const char *line = status; line; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (strncmp(line, key, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " \t");
    }
    return "";
}

static unsigned long number_of(const char *status, const char *key, int base)
{
    const char *value = line_of(status, key);

    return value[0] ? strtoul(value, NULL, base) : ULONG_MAX;
}

static int check_capabilities(const struct attestation *it, const char *status)
{
    static const char *const sets[] = {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"};

    if (!dp_setup_has(it->setup, DUALPIPE_LAYER_CAPABILITIES))
        return 0;
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
        if (number_of(status, sets[i], 16) != 0)
            return differs(it, DUALPIPE_LAYER_CAPABILITIES, sets[i]);
    return 0;
}

/* How many filters this thread has: ULONG_MAX where that is not told. */
static int read_own_filters(unsigned long *count)
{
    char status[STATUS_SIZE];
    ssize_t length;

    *count = 0;
    if (prctl(PR_GET_SECCOMP) == 0)
        return 0; /* as nearly always: it spares the reading */
    length = read_small(AT_FDCWD, "/proc/thread-self/status", status, sizeof(status));
    *count = length < 0 ? ULONG_MAX : number_of(status, "Seccomp_filters", 10);
    return length < 0 ? (int)length : 0;
}

/* One filter more than we have ourselves, and in filter mode. */
static int check_filters(const struct attestation *it, const char *status)
{
    unsigned long own;
    int result;

    if (dp_setup_has(it->setup, DUALPIPE_LAYER_NO_NEW_PRIVILEGES) &&
        number_of(status, "NoNewPrivs", 10) != 1)
        return differs(it, DUALPIPE_LAYER_NO_NEW_PRIVILEGES, "NoNewPrivs");
    if (!dp_setup_has(it->setup, DUALPIPE_LAYER_SECCOMP))
        return 0;
    result = read_own_filters(&own);
    if (own == ULONG_MAX)
        return unread(it, -result, DUALPIPE_LAYER_SECCOMP, "/proc/thread-self/status");
    if (number_of(status, "Seccomp", 10) != 2)
        return differs(it, DUALPIPE_LAYER_SECCOMP, "Seccomp");
    if (number_of(status, "Seccomp_filters", 10) != own + 1)
        return differs(it, DUALPIPE_LAYER_SECCOMP, "Seccomp_filters");
    return 0;
}

/* Real, effective, saved and file-system id are all the box's. */
static int check_ids(const struct attestation *it, const char *status)
{
    const unsigned expected[2] = {it->setup->identity.uid, it->setup->identity.gid};
    static const char *const keys[2] = {"Uid", "Gid"};

    for (int i = 0; i < 2; i++) {
        unsigned ids[4] = {0};

        if (sscanf(line_of(status, keys[i]), "%u %u %u %u", &ids[0], &ids[1], &ids[2], &ids[3]) !=
            4)
            return differs(it, DUALPIPE_LAYER_USER_NAMESPACE, keys[i]);
        for (int j = 0; j < 4; j++)
            if (ids[j] != expected[i])
                return differs(it, DUALPIPE_LAYER_USER_NAMESPACE, keys[i]);
    }
    return 0;
}

/* A filter is a thread's own: another one would have none. */
static int check_threads(const struct attestation *it, const char *status)
{
    if (number_of(status, "Threads", 10) == 1)
        return 0;
    differs(it, -1, "threads of the target");
    if (it->setup->forks)
        dp_advise(it->error,
                  "a module in `preload` of policy %s starts threads after a fork: leave "
                  "it out",
                  it->setup->policy->policy.name);
    return -EPROTO;
}

static int check_status(const struct attestation *it)
{
    char status[STATUS_SIZE];
    int result = (int)read_small(it->box->target_proc, "status", status, sizeof(status));

    if (result < 0)
        return unread(it, -result, -1, "/proc/PID/status");
    result = check_threads(it, status);
    if (result == 0)
        result = check_capabilities(it, status);
    if (result == 0)
        result = check_filters(it, status);
    if (result == 0)
        result = check_ids(it, status);
    return result;
}

static const struct {
    enum dualpipe_layer layer;
    const char *target;
    const char *own;
} namespace_links[DP_NAMESPACES] = {
    {DUALPIPE_LAYER_USER_NAMESPACE, "ns/user", "/proc/self/ns/user"},
    {DUALPIPE_LAYER_NETWORK_NAMESPACE, "ns/net", "/proc/self/ns/net"},
    {DUALPIPE_LAYER_PID_NAMESPACE, "ns/pid", "/proc/self/ns/pid"},
    {DUALPIPE_LAYER_MOUNT_NAMESPACE, "ns/mnt", "/proc/self/ns/mnt"},
    {DUALPIPE_LAYER_IPC_NAMESPACE, "ns/ipc", "/proc/self/ns/ipc"},
    {DUALPIPE_LAYER_UTS_NAMESPACE, "ns/uts", "/proc/self/ns/uts"},
    {DUALPIPE_LAYER_CGROUP_NAMESPACE, "ns/cgroup", "/proc/self/ns/cgroup"},
};
/* Those of a nested box are its spawner's, who cannot change them. */
#define SPAWNERS_NAMESPACES 2

static void read_link(int directory, const char *name, char text[DP_NAMESPACE_SIZE])
{
    const ssize_t length = readlinkat(directory, name, text, DP_NAMESPACE_SIZE - 1);

    text[length > 0 ? length : 0] = '\0';
}

void dp_attest_own_namespaces(struct dp_own_namespaces *own)
{
    for (size_t i = 0; i < DP_NAMESPACES; i++)
        read_link(AT_FDCWD, namespace_links[i].own, own->links[i]);
}

static int check_namespaces(const struct attestation *it)
{
    const struct dp_own_namespaces *own = it->box->own_namespaces;
    struct dp_own_namespaces now;

    if (it->box->is_known) /* the target's own, without a right to change them */
        return 0;
    if (!own) {
        dp_attest_own_namespaces(&now);
        own = &now;
    }
    for (size_t i = it->box->is_spawner_known ? SPAWNERS_NAMESPACES : 0; i < DP_NAMESPACES; i++) {
        char target[DP_NAMESPACE_SIZE];

        if (!dp_setup_has(it->setup, namespace_links[i].layer))
            continue;
        read_link(it->box->target_proc, namespace_links[i].target, target);
        if (!target[0] || !own->links[i][0] || strcmp(target, own->links[i]) == 0)
            return differs(it, (int)namespace_links[i].layer, namespace_links[i].target);
    }
    return 0;
}

/* 0, 1 and 2; for a program also itself and the error pipe, both close-on-exec;
 * without a filter, the socket of the plain gate. */
static unsigned descriptors_expected(const struct attestation *it)
{
    unsigned count = 3;

    if (it->setup->forks)
        return count;
    if (it->setup->spawn != DP_SPAWN_NONE) /* its program comes with the job */
        return count + 1;
    if (!it->setup->job->function)
        count += 2;
    if (!dp_setup_has(it->setup, DUALPIPE_LAYER_SECCOMP))
        count += it->setup->job->function ? 2 : 1;
    return count;
}

/* The entries of /proc/PID/fd: how many, and how many of 0, 1 and 2. Returns
 * false where it cannot be read. */
static bool count_descriptors(int directory, unsigned *count, unsigned *standard)
{
    union {
        char bytes[4096];
        struct dirent64 align;
    } room;
    ssize_t got;

    while ((got = getdents64(directory, room.bytes, sizeof(room.bytes))) > 0)
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const void *)(room.bytes + at);

            at += entry->d_reclen;
            if (entry->d_name[0] == '.')
                continue;
            ++*count;
            *standard += entry->d_name[1] == '\0' && strchr("012", entry->d_name[0]) != NULL;
        }
    return got == 0;
}

static int check_descriptors(const struct attestation *it)
{
    /* The same entries; the first is shown to the target's own uid and to root alone. */
    const char *name = it->setup->identity.is_subordinate ? "fdinfo" : "fd";
    int fd = openat(it->box->target_proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    unsigned count = 0;
    unsigned standard = 0;
    const bool is_read = fd >= 0 && count_descriptors(fd, &count, &standard);
    const int errnum = errno;

    dp_descriptor_close(&fd);
    if (!is_read)
        return unread(it, errnum, DUALPIPE_LAYER_DESCRIPTORS, "/proc/PID/fd");
    if (!dp_setup_has(it->setup, DUALPIPE_LAYER_DESCRIPTORS))
        return 0;
    if (standard != 3 || count != descriptors_expected(it))
        return differs(it, DUALPIPE_LAYER_DESCRIPTORS, "open descriptors");
    return 0;
}

/* Is it, or does it lie below, a mount of the plan? */
static bool is_planned_mount(const struct dp_setup *setup, const char *path)
{
    const char *base = setup->block.bytes;
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)base;
    const struct dp_mount_step *steps =
        (const struct dp_mount_step *)(const void *)(base + plan->mounts);

    for (uint32_t i = 0; i < plan->mount_count; i++) {
        const char *target = base + steps[i].target;
        const size_t length = strlen(target);

        if (steps[i].kind != DP_MOUNT_MKDIR && steps[i].kind != DP_MOUNT_SYMLINK &&
            steps[i].kind != DP_MOUNT_COPY && strncmp(path + 1, target, length) == 0 &&
            (path[1 + length] == '/' || path[1 + length] == '\0'))
            return true;
    }
    return false;
}

/* The number behind ",size=" or ",nr_inodes=" of a tmpfs; 0: it has no bound. */
static unsigned long long option_of(const char *options, const char *name)
{
    const char *found = strstr(options, name);

    return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}

/* Has the tmpfs of a line of mountinfo the bounds that the plan gives it? The
 * kernel tells whole pages, in KiB. */
static bool is_bounded(const char *rest, const char *size, const char *inodes)
{
    const char *type = strstr(rest, "- ");

    if (!type || strncmp(type + 2, "tmpfs ", 6) != 0)
        return false;
    return option_of(type, ",size=") == (strtoull(size, NULL, 10) + 4095) / 4096 * 4 &&
           option_of(type, ",nr_inodes=") == strtoull(inodes, NULL, 10);
}

/* What the lines of mountinfo have shown. */
struct mounts_seen {
    unsigned roots;
    unsigned own_sizes; /* directories with a tmpfs of their own */
};

/* The step that makes the directory writable, or NULL. */
static const struct dp_mount_step *writable_step(const struct dp_setup *setup, const char *path)
{
    const char *base = setup->block.bytes;
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)base;
    const struct dp_mount_step *steps =
        (const struct dp_mount_step *)(const void *)(base + plan->mounts);

    for (uint32_t i = 0; i < plan->mount_count; i++)
        if ((steps[i].kind == DP_MOUNT_TMPFS || steps[i].kind == DP_MOUNT_WRITABLE) &&
            strcmp(path + 1, base + steps[i].target) == 0)
            return &steps[i];
    return NULL;
}

/* Without a size of its own it is a part of the root's file system, which has been
 * looked at; or, in a warm box, of the one that its files have for this run. */
static bool is_right_writable(const struct attestation *it, const struct dp_mount_step *step,
                              const char *options, const char *rest)
{
    const char *base = it->setup->block.bytes;
    char size[24];
    char inodes[24];

    if (strncmp(options, "rw,nosuid,nodev", 15) != 0)
        return false;
    if (step->kind == DP_MOUNT_TMPFS)
        return is_bounded(rest, base + step->size, base + step->inodes);
    if (it->setup->spawn == DP_SPAWN_NONE)
        return true;
    dp_view_size(size, inodes, it->setup->files_bytes, it->setup->mount_count);
    return is_bounded(rest, size, inodes);
}

/* One line of mountinfo: the root is our read-only tmpfs, all else is planned.
 * Spaces in paths are written as \040 there, as is a backslash. */
static bool is_right_mount(const struct attestation *it, char *line, struct mounts_seen *seen)
{
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)it->setup->block.bytes;
    const char *base = it->setup->block.bytes;
    const struct dp_mount_step *step;
    char *field[6] = {NULL};
    char *next = line;

    for (int i = 0; i < 6; i++) {
        field[i] = strsep(&next, " ");
        if (!field[i] || !next)
            return false;
    }
    if (field[4][0] != '/')
        return false;
    if (strcmp(field[4], "/") == 0) {
        seen->roots++;
        return strncmp(field[5], "ro,", 3) == 0 &&
               is_bounded(next, base + plan->tmpfs_size, base + plan->tmpfs_inodes);
    }
    step = writable_step(it->setup, field[4]);
    if (step) {
        seen->own_sizes += step->kind == DP_MOUNT_TMPFS;
        return is_right_writable(it, step, field[5], next);
    }
    return strchr(field[4], '\\') || is_planned_mount(it->setup, field[4]);
}

static unsigned own_sizes_planned(const struct dp_setup *setup)
{
    const char *base = setup->block.bytes;
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)base;
    const struct dp_mount_step *steps =
        (const struct dp_mount_step *)(const void *)(base + plan->mounts);
    unsigned count = 0;

    for (uint32_t i = 0; i < plan->mount_count; i++)
        count += steps[i].kind == DP_MOUNT_TMPFS;
    return count;
}

static int check_mount_lines(const struct attestation *it, char *next)
{
    struct mounts_seen seen = {0};
    char *line;

    while ((line = strsep(&next, "\n")) != NULL)
        if (line[0] && !is_right_mount(it, line, &seen))
            return differs(it, DUALPIPE_LAYER_MOUNT_NAMESPACE, "a mount that was not planned");
    if (seen.roots != 1)
        return differs(it, DUALPIPE_LAYER_MOUNT_NAMESPACE, "the root is not the box's own");
    if (seen.own_sizes != own_sizes_planned(it->setup))
        return differs(it, DUALPIPE_LAYER_MOUNT_NAMESPACE, "a directory's own size");
    return 0;
}

static int check_all_mounts(const struct attestation *it)
{
    char *text; /* too large for a small stack */
    ssize_t length;
    int result;

    if (!dp_setup_has(it->setup, DUALPIPE_LAYER_MOUNT_NAMESPACE))
        return 0;
    text = malloc(MOUNTINFO_SIZE);
    if (!text)
        return dp_fail(it->error, DUALPIPE_STEP_ATTEST, ENOMEM, NULL);
    length = read_small(it->box->target_proc, "mountinfo", text, MOUNTINFO_SIZE);
    if (length > 0)
        result = check_mount_lines(it, text);
    else
        result = unread(it, (int)-length, DUALPIPE_LAYER_MOUNT_NAMESPACE, "/proc/PID/mountinfo");
    free(text);
    return result;
}

static int check_mounts(const struct attestation *it)
{
    return it->box->is_known ? 0 : check_all_mounts(it);
}

/* Of a box that is used again, nobody but its spawner can change the mounts. */
static int check_new_mounts(const struct attestation *it)
{
    return it->box->is_known && it->box->has_new_mounts ? check_all_mounts(it) : 0;
}

static int check_limits(const struct attestation *it)
{
    const char *base = it->setup->block.bytes;
    const struct dp_plan *plan = (const struct dp_plan *)(const void *)base;
    const struct dp_rlimit_step *steps =
        (const struct dp_rlimit_step *)(const void *)(base + plan->rlimits);

    if (!dp_setup_has(it->setup, DUALPIPE_LAYER_RLIMITS) || it->setup->spawn != DP_SPAWN_NONE)
        return 0; /* of a warm box: at the gate */
    for (uint32_t i = 0; i < plan->rlimit_count; i++) {
        struct rlimit limit;

        if (prlimit(it->box->target, (__rlimit_resource_t)steps[i].resource, NULL, &limit) != 0) {
            const int errnum = errno;

            dp_fail(it->error, DUALPIPE_STEP_ATTEST, errnum, "prlimit");
            it->error->layer = DUALPIPE_LAYER_RLIMITS;
            dp_advise(it->error, "without a user namespace of the box's own, another user's "
                                 "limits take CAP_SYS_RESOURCE");
            return -errnum;
        }
        if (limit.rlim_cur != steps[i].soft || limit.rlim_max != steps[i].hard)
            return differs(it, DUALPIPE_LAYER_RLIMITS, "resource limits");
    }
    return 0;
}

/* Exactly those: a cpuset of the host's may have taken some away. */
static int check_cpus(const struct attestation *it)
{
    const struct dp_cpus *cpus = &it->setup->cpus;
    cpu_set_t got;

    if (!cpus->is_set)
        return 0;
    CPU_ZERO(&got);
    if (sched_getaffinity(it->box->target, sizeof(got), &got) == 0 && CPU_EQUAL(&got, &cpus->set))
        return 0;
    dp_fail(it->error, DUALPIPE_STEP_ATTEST, EINVAL, "cpus");
    dp_advise(it->error, "the host's cpuset does not let it have all of these CPUs; nothing was "
                         "run");
    return -EINVAL;
}

/* It joins the groups itself, where they are not v2's. */
static int check_cgroups(const struct attestation *it)
{
    char lines[8192];
    ssize_t length;

    if (it->setup->cgroup.kind == DP_CGROUP_NONE || it->box->is_known)
        return 0;
    length = read_small(it->box->target_proc, "cgroup", lines, sizeof(lines));
    if (length <= 0 || !dp_cgroup_has(&it->setup->cgroup, lines))
        return unread(it, length < 0 ? (int)-length : 0, DUALPIPE_LAYER_CGROUP, "/proc/PID/cgroup");
    return 0;
}

/* A target of the same uid could read a copy of the host's memory out of it. What is not dumpable
 * belongs to the host's root, however that one shows here. */
static int check_init(const struct attestation *it)
{
    char path[64];
    struct stat status;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)it->box->init);
    if (stat(path, &status) == 0 && status.st_uid != it->setup->identity.uid &&
        (it->setup->spawn != DP_SPAWN_AGAIN || status.st_uid != it->setup->spawner.uid))
        return 0;
    differs(it, -1, "init can be read by its own user");
    if (it->setup->runs_in_place && it->setup->identity.uid == 0)
        dp_advise(it->error, "as root of a user namespace this cannot be told of a box that is a "
                             "fork: run programs, not functions, or be another user");
    return -EPROTO;
}

static ssize_t read_children(int directory, pid_t pid, char *text, size_t size)
{
    char name[64];

    snprintf(name, sizeof(name), "task/%d/children", (int)pid);
    return read_small(directory, name, text, size);
}

/* What a module did in the fork before there was a filter could have left a process
 * without one: init has the target, and the target nobody. */
static int check_family(const struct attestation *it)
{
    char text[64];
    char path[32];
    char *end;
    int init;
    bool is_alone;
    ssize_t length;

    if (!it->setup->forks)
        return 0;
    snprintf(path, sizeof(path), "/proc/%d", (int)it->box->init);
    init = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    length = init < 0 ? -errno : read_children(init, it->box->init, text, sizeof(text));
    is_alone =
        length > 0 && strtol(text, &end, 10) == it->box->target && strspn(end, " ") == strlen(end);
    if (is_alone) {
        length = read_children(it->box->target_proc, it->box->target, text, sizeof(text));
        is_alone = length == 0;
    }
    if (init >= 0)
        close(init);
    if (is_alone)
        return 0;
    if (length < 0)
        return unread(it, (int)-length, -1, "/proc/PID/task");
    differs(it, -1, "processes beside the target");
    dp_advise(it->error,
              "a module in `preload` of policy %s starts processes after a fork: leave it "
              "out",
              it->setup->policy->policy.name);
    return -EPROTO;
}

static int check_all(const struct dp_box *box, const struct dp_setup *setup,
                     int (*const *checks)(const struct attestation *), struct dualpipe_error *error)
{
    const struct attestation it = {.box = box, .setup = setup, .error = error};
    int result = 0;

    for (; *checks && result == 0; checks++)
        result = (*checks)(&it);
    return result;
}

int dp_attest_at_gate(const struct dp_box *box, const struct dp_setup *setup,
                      struct dualpipe_error *error)
{
    static int (*const checks[])(const struct attestation *) = {
        check_status, check_namespaces, check_mounts, check_limits, check_cpus, check_cgroups, NULL,
    };

    return check_all(box, setup, checks, error);
}

/* The courier shares the target's descriptors until it is gone; init is not
 * dumpable once it has locked itself in. */
int dp_attest_finished(const struct dp_box *box, const struct dp_setup *setup,
                       struct dualpipe_error *error)
{
    static int (*const checks[])(const struct attestation *) = {
        check_descriptors, check_new_mounts, check_init, check_family, NULL,
    };

    return check_all(box, setup, checks, error);
}
