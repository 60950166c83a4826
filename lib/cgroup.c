/* SPDX-License-Identifier: MIT */
/* cgroup.c - see cgroup.h; where groups can be made is found by cgroup_find.c. */
#include "cgroup.h"

#include "cgroup_find.h"
#include "descriptor.h"
#include "freshen.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "dualpipe."
/* A group is empty once its processes are reaped; the kernel may lag a little. */
#define REMOVE_TRIES 4000 /* 2 s: on a busy host the kernel may hold the dead for long */
#define REMOVE_PAUSE_NS 500000L

static int write_file(int directory, const char *name, const char *text)
{
    int result = 0;
    int fd = openat(directory, name, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    if (write(fd, text, strlen(text)) < 0)
        result = -errno;
    close(fd);
    return result;
}

static int write_number(int directory, const char *name, int64_t value, const char *unlimited)
{
    char text[32];

    if (value == DUALPIPE_UNLIMITED)
        return write_file(directory, name, unlimited);
    snprintf(text, sizeof(text), "%lld", (long long)value);
    return write_file(directory, name, text);
}

static bool read_file(int directory, const char *name, char *text, size_t size)
{
    ssize_t got = -1;
    int fd = directory < 0 ? -1 : openat(directory, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    got = read(fd, text, size - 1);
    close(fd);
    if (got < 0)
        return false;
    text[got] = '\0';
    return true;
}

static int64_t read_number(int directory, const char *name)
{
    char text[64];

    if (!read_file(directory, name, text, sizeof(text)) || text[0] < '0' || text[0] > '9')
        return DUALPIPE_UNKNOWN;
    return strtoll(text, NULL, 10);
}

/* "key 123" at the start of a line. */
static int64_t find_key(const char *text, const char *key)
{
    const size_t length = strlen(key);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n')
            line++;
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return strtoll(line + length + 1, NULL, 10);
    }
    return DUALPIPE_UNKNOWN;
}

static int64_t read_key(int directory, const char *name, const char *key)
{
    char text[4096];

    if (!read_file(directory, name, text, sizeof(text)))
        return DUALPIPE_UNKNOWN;
    return find_key(text, key);
}

/* The lock tells the living from the dead: it ends with its host. */
static bool is_stale(int group)
{
    return flock(group, LOCK_EX | LOCK_NB) == 0;
}

static void kill_members(int group)
{
    char text[4096];
    char *next = text;

    if (write_file(group, "cgroup.kill", "1") == 0 ||
        !read_file(group, "cgroup.procs", text, sizeof(text)))
        return;
    for (char *line; (line = strsep(&next, "\n")) != NULL;) {
        const long pid = strtol(line, NULL, 10);

        if (pid > 0) /* 0 is who cannot be seen from here; and would be all of our group */
            kill((pid_t)pid, SIGKILL);
    }
}

/* What hosts that were killed have left below a place. */
static void remove_stale(int parent)
{
    DIR *directory = dp_descriptor_list(parent, ".");
    const struct dirent *entry;

    while (directory && (entry = readdir(directory)) != NULL) {
        int group;

        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
            continue;
        group = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (group < 0)
            continue;
        if (is_stale(group)) {
            kill_members(group);
            unlinkat(parent, entry->d_name, AT_REMOVEDIR); /* or the one after us does */
        }
        close(group);
    }
    if (directory)
        closedir(directory);
}

/* A name that no other box of this host has now. */
static void choose_name(struct dp_cgroup *cgroup)
{
    static atomic_uint counter; /* makes names differ; nothing depends on it */
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(cgroup->name, sizeof(cgroup->name), PREFIX "%d.%lx.%u", (int)getpid(),
             (unsigned long)now.tv_nsec, atomic_fetch_add(&counter, 1));
}

/* Between making and locking it, another host may have taken it for a stale one:
 * -EAGAIN, try another name. */
static int lock_group(int parent, const char *name)
{
    struct stat by_name;
    struct stat by_fd;
    int group = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (group < 0)
        return errno == ENOENT ? -EAGAIN : -errno;
    group = dp_descriptor_raise(group);
    if (group < 0)
        return group;
    if (flock(group, LOCK_EX | LOCK_NB) == 0 && fstat(group, &by_fd) == 0 &&
        fstatat(parent, name, &by_name, 0) == 0 && by_fd.st_ino == by_name.st_ino)
        return group;
    close(group);
    return -EAGAIN;
}

/* A directory of ours, locked. */
static int make_group(int parent, const char *name)
{
    int group;

    /* For its owner alone: others could lock it, and it would never be stale. */
    if (mkdirat(parent, name, 0700) != 0)
        return -errno;
    group = lock_group(parent, name);
    if (group < 0)
        unlinkat(parent, name, AT_REMOVEDIR); /* without a descriptor nobody else would */
    return group;
}

/* The same name in every tree that is used. */
static int make_groups(struct dp_cgroup *cgroup)
{
    choose_name(cgroup);
    for (int tree = 0; tree < DP_TREE_COUNT; tree++) {
        if (cgroup->parent[tree] < 0)
            continue;
        remove_stale(cgroup->parent[tree]);
        cgroup->group[tree] = make_group(cgroup->parent[tree], cgroup->name);
        if (cgroup->group[tree] < 0)
            return cgroup->group[tree];
    }
    return 0;
}

static int64_t with_own(int64_t processes, unsigned own)
{
    return processes == DUALPIPE_UNLIMITED || processes > INT64_MAX - own ? processes
                                                                          : processes + own;
}

/* Not there without swap accounting: no swap then. */
static int forbid_swap_v2(int group, const char **what)
{
    int result;

    *what = "memory.swap.max";
    result = write_file(group, *what, "0");
    return result == -ENOENT ? 0 : result;
}

static int limit_memory_v1(int memory, int64_t bytes, const char **what)
{
    int result;

    *what = "memory.limit_in_bytes";
    result = write_number(memory, *what, bytes, "-1");
    if (result < 0)
        return result;
    *what = "memory.memsw.limit_in_bytes"; /* with swap; after the one without */
    result = write_number(memory, *what, bytes, "-1");
    if (result == -ENOENT) {
        *what = "memory.swappiness";
        result = write_file(memory, *what, "0");
    }
    return result;
}

static int limit_memory(const struct dp_cgroup *cgroup, int64_t bytes, const char **what)
{
    if (cgroup->kind != DP_CGROUP_V2)
        return limit_memory_v1(cgroup->group[DP_TREE_MEMORY], bytes, what);
    *what = "memory.max";
    return write_number(cgroup->group[DP_TREE_V2], *what, bytes, "max");
}

int dp_cgroup_limit(const struct dp_cgroup *cgroup, const struct dualpipe_limits *limits,
                    int64_t before_bytes, unsigned own_processes, const char **what)
{
    const enum dp_tree pids = cgroup->kind == DP_CGROUP_V2 ? DP_TREE_V2 : DP_TREE_PIDS;
    int64_t bytes = limits->memory_bytes;
    int result;

    if (bytes != DUALPIPE_UNLIMITED && before_bytes > 0)
        bytes = bytes > INT64_MAX - before_bytes ? DUALPIPE_UNLIMITED : bytes + before_bytes;
    result = limit_memory(cgroup, bytes, what);
    if (result < 0)
        return result;
    *what = "pids.max";
    return write_number(cgroup->group[pids], *what, with_own(limits->processes, own_processes),
                        "max");
}

/* The limit with swap is above the other one all the time: it goes first. */
void dp_cgroup_reset(const struct dp_cgroup *cgroup)
{
    const int memory = cgroup->group[DP_TREE_MEMORY];

    if (cgroup->kind == DP_CGROUP_V2) {
        write_file(cgroup->group[DP_TREE_V2], "memory.max", "max");
        write_file(cgroup->group[DP_TREE_V2], "pids.max", "max");
    } else if (cgroup->kind != DP_CGROUP_NONE) {
        write_file(memory, "memory.memsw.limit_in_bytes", "-1");
        write_file(memory, "memory.limit_in_bytes", "-1");
        write_file(memory, "memory.max_usage_in_bytes", "0");
        write_file(cgroup->group[DP_TREE_PIDS], "pids.max", "max");
    }
}

int dp_cgroup_make(struct dp_cgroup *cgroup, bool only_v2, const char **what)
{
    int result = 0;

    *what = "cgroup";
    dp_cgroup_find(cgroup, only_v2);
    if (cgroup->kind == DP_CGROUP_NONE)
        return 0;
    for (int tries = 0; tries < 8; tries++) {
        result = make_groups(cgroup);
        if (result != -EAGAIN)
            break;
        dp_cgroup_remove_groups(cgroup);
    }
    if (result == 0)
        result = cgroup->kind == DP_CGROUP_V2 ? forbid_swap_v2(cgroup->group[DP_TREE_V2], what) : 0;
    if (result < 0)
        dp_cgroup_remove(cgroup);
    return result;
}

int dp_cgroup_clone_fd(const struct dp_cgroup *cgroup)
{
    return cgroup->group[DP_TREE_V2];
}

int dp_cgroup_open_doors(const struct dp_cgroup *cgroup, int doors[DP_TREE_COUNT - 1])
{
    int result = 0;

    for (int i = 0; i < DP_TREE_COUNT - 1; i++)
        doors[i] = -1;
    for (int i = 0; i < DP_TREE_COUNT - 1 && result == 0; i++) {
        const int group = cgroup->group[DP_TREE_V2 + 1 + i];

        if (group < 0)
            continue;
        doors[i] = openat(group, DP_CGROUP_DOOR, O_WRONLY | O_CLOEXEC);
        doors[i] = doors[i] < 0 ? -errno : dp_descriptor_raise(doors[i]);
        result = doors[i] < 0 ? doors[i] : 0;
    }
    return result;
}

/* A line is "NUMBER:CONTROLLER,...:PATH"; of the v2 tree there is no controller. */
static bool is_of_tree(char *controllers, enum dp_tree tree)
{
    static const char *const names[DP_TREE_COUNT] = {"", "memory", "pids", "cpuacct"};
    const char *one;

    while ((one = strsep(&controllers, ",")) != NULL)
        if (strcmp(one, names[tree]) == 0)
            return true;
    return false;
}

static void look_at_line(const struct dp_cgroup *cgroup, char *line, bool found[DP_TREE_COUNT])
{
    char *controllers;
    const char *name;

    if (!strsep(&line, ":")) /* its number */
        return;
    controllers = strsep(&line, ":");
    name = line ? strrchr(line, '/') : NULL;
    if (!name || strcmp(name + 1, cgroup->name) != 0)
        return;
    for (int tree = 0; tree < DP_TREE_COUNT; tree++) {
        char copy[256];

        snprintf(copy, sizeof(copy), "%s", controllers);
        found[tree] |= is_of_tree(copy, (enum dp_tree)tree);
    }
}

bool dp_cgroup_has(const struct dp_cgroup *cgroup, char *lines)
{
    bool found[DP_TREE_COUNT] = {false};
    char *line;

    while ((line = strsep(&lines, "\n")) != NULL)
        look_at_line(cgroup, line, found);
    for (int tree = 0; tree < DP_TREE_COUNT; tree++)
        if (cgroup->group[tree] >= 0 && !found[tree])
            return false;
    return true;
}

int64_t dp_cgroup_cpu_us(const struct dp_cgroup *cgroup)
{
    int64_t ns;

    if (cgroup->group[DP_TREE_V2] >= 0)
        return read_key(cgroup->group[DP_TREE_V2], "cpu.stat", "usage_usec");
    ns = read_number(cgroup->group[DP_TREE_CPUACCT], "cpuacct.usage");
    return ns == DUALPIPE_UNKNOWN ? ns : ns / 1000;
}

bool dp_cgroup_freshen(const struct dp_cgroup *cgroup, unsigned threads_max)
{
    if (cgroup->group[DP_TREE_V2] >= 0)
        return dp_freshen_listed(cgroup->group[DP_TREE_V2], "cgroup.threads", &threads_max);
    return dp_freshen_listed(cgroup->group[DP_TREE_CPUACCT], "tasks", &threads_max);
}

const char *dp_cgroup_source(const struct dp_cgroup *cgroup)
{
    return cgroup->kind == DP_CGROUP_V2 ? "cgroup2" : "cgroup1";
}

int64_t dp_cgroup_memory_bytes(const struct dp_cgroup *cgroup)
{
    if (cgroup->kind == DP_CGROUP_V2)
        return read_number(cgroup->group[DP_TREE_V2], "memory.current");
    return read_number(cgroup->group[DP_TREE_MEMORY], "memory.usage_in_bytes");
}

int64_t dp_cgroup_processes_peak(const struct dp_cgroup *cgroup)
{
    const enum dp_tree pids = cgroup->kind == DP_CGROUP_V2 ? DP_TREE_V2 : DP_TREE_PIDS;

    return read_number(cgroup->group[pids], "pids.peak"); /* 6.1 and newer */
}

/* "cache" and "file" count the files of a tmpfs, too. */
static int64_t cache_bytes(const struct dp_cgroup *cgroup)
{
    const bool is_v2 = cgroup->kind == DP_CGROUP_V2;
    const int group = cgroup->group[is_v2 ? DP_TREE_V2 : DP_TREE_MEMORY];
    char text[4096];
    int64_t all;
    int64_t shared;

    if (!read_file(group, "memory.stat", text, sizeof(text)))
        return DUALPIPE_UNKNOWN;
    all = find_key(text, is_v2 ? "file" : "cache");
    shared = find_key(text, "shmem");
    if (all < 0 || shared < 0)
        return DUALPIPE_UNKNOWN;
    return all > shared ? all - shared : 0;
}

void dp_cgroup_usage(const struct dp_cgroup *cgroup, struct dp_cgroup_usage *usage)
{
    const int v2 = cgroup->group[DP_TREE_V2];
    const int memory = cgroup->group[DP_TREE_MEMORY];

    usage->cpu_us = dp_cgroup_cpu_us(cgroup);
    usage->memory_cache_bytes = cache_bytes(cgroup);
    usage->processes_peak = dp_cgroup_processes_peak(cgroup);
    if (cgroup->kind == DP_CGROUP_V2) {
        usage->memory_peak_bytes = read_number(v2, "memory.peak"); /* 5.19 and newer */
        usage->oom_kills = read_key(v2, "memory.events", "oom_kill");
        usage->memory_fails = read_key(v2, "memory.events", "max");
        return;
    }
    usage->memory_peak_bytes = read_number(memory, "memory.max_usage_in_bytes");
    usage->oom_kills = read_key(memory, "memory.oom_control", "oom_kill");
    usage->memory_fails = read_number(memory, "memory.failcnt");
}

bool dp_cgroup_kill(const struct dp_cgroup *cgroup)
{
    const int group = cgroup->group[DP_TREE_V2];

    return group >= 0 && write_file(group, "cgroup.kill", "1") == 0;
}

static void remove_group(int parent, const char *name)
{
    const struct timespec pause = {.tv_nsec = REMOVE_PAUSE_NS};

    for (int tries = 0; tries < REMOVE_TRIES; tries++) {
        if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT || errno == EACCES ||
            errno == EPERM || errno == EROFS)
            return;
        nanosleep(&pause, NULL);
    }
}

void dp_cgroup_remove_groups(struct dp_cgroup *cgroup)
{
    for (int tree = 0; tree < DP_TREE_COUNT; tree++) {
        if (cgroup->group[tree] >= 0)
            remove_group(cgroup->parent[tree], cgroup->name);
        dp_descriptor_close(&cgroup->group[tree]);
    }
}

void dp_cgroup_remove(struct dp_cgroup *cgroup)
{
    dp_cgroup_remove_groups(cgroup);
    for (int tree = 0; tree < DP_TREE_COUNT; tree++)
        dp_descriptor_close(&cgroup->parent[tree]);
    cgroup->kind = DP_CGROUP_NONE;
}
