/* SPDX-License-Identifier: MIT */
/* meter.c - see meter.h. */
#include "meter.h"

#include "clock.h"
#include "descriptor.h"
#include "family.h"
#include "foreign.h"
#include "freshen.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STAT_SIZE 1024
/* More threads than this take longer to freshen than it is worth. */
#define FRESHEN_MAX 128
/* No box has used so much. */
#define MOST_US (INT64_C(1) << 60)

static int64_t ticks_us(long long ticks)
{
    return (int64_t)ticks * (1000000 / sysconf(_SC_CLK_TCK));
}

/* The fields of /proc/PID/stat behind the name, which may hold anything. */
static const char *after_name(const char *stat)
{
    const char *end = strrchr(stat, ')');

    return end && end[1] == ' ' ? end + 2 : NULL;
}

/* CPU time of the children that the process has waited for; and whether it is dead
 * itself. */
static int64_t reaped_us(pid_t pid, bool *is_dead)
{
    char path[64];
    char stat[STAT_SIZE];
    const char *fields;
    char state = 'X';
    long long user = 0;
    long long system = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    fields = dp_family_read(path, stat, sizeof(stat)) ? after_name(stat) : NULL;
    if (!fields || sscanf(fields, "%c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %lld %lld",
                          &state, &user, &system) != 3)
        user = system = 0;
    *is_dead = state == 'Z' || state == 'X';
    return ticks_us(user + system);
}

static int64_t own_us(pid_t pid)
{
    struct timespec used;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return dp_timespec_us(&used);
}

/* In memory and its own: pages of files are no part of the limit. */
static int64_t private_bytes(pid_t pid)
{
    char path[64];
    char text[128];
    long long resident = 0;
    long long shared = 0;

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    if (!dp_family_read(path, text, sizeof(text)) ||
        sscanf(text, "%*d %lld %lld", &resident, &shared) != 2)
        return 0;
    return (int64_t)(resident - shared) * sysconf(_SC_PAGESIZE);
}

/* Over everything below init, init's own part left out. What has died and waits for
 * its parent is init's to count, where init counts: it may have done so. */
static int64_t walk(struct dp_run *run)
{
    struct dp_meter *meter = &run->meter;
    struct dp_family family;
    bool is_dead;
    int64_t dead_us = reaped_us(run->box.init, &is_dead);
    int64_t living_us = 0;
    int64_t memory_bytes = 0;

    dp_family_begin(&family, run->box.init);
    for (pid_t member; (member = dp_family_next(&family)) > 0;) {
        dead_us += reaped_us(member, &is_dead);
        living_us += is_dead && meter->counts_dead ? 0 : own_us(member);
        memory_bytes += private_bytes(member);
    }
    dp_family_end(&family);
    meter->reaped_us = dead_us;
    if (dead_us < meter->reaped_before_us + meter->told_us)
        dead_us = meter->reaped_before_us + meter->told_us;
    meter->memory_bytes = memory_bytes;
    if (memory_bytes > meter->memory_peak_bytes)
        meter->memory_peak_bytes = memory_bytes;
    return living_us + dead_us;
}

/* Init works for the box, at each signal and fork of what it traces, and is none of
 * the target's. Once it is gone, what it used is not to count either. */
static int64_t group_us(struct dp_run *run)
{
    const int64_t all_us = dp_cgroup_cpu_us(&run->setup.cgroup);
    const int64_t init_us = own_us(run->box.init); /* after the sum that it is part of */

    if (init_us > run->meter.init_us)
        run->meter.init_us = init_us;
    return all_us < 0 ? all_us : all_us - run->meter.init_us;
}

static int64_t total_us(struct dp_run *run)
{
    struct timespec used;

    switch (run->meter.source) {
    case DP_METER_CLOCK:
        if (clock_gettime(run->meter.clock, &used) != 0)
            return -1;
        return dp_timespec_us(&used);
    case DP_METER_CGROUP:
        return group_us(run);
    default:
        return walk(run);
    }
}

/* Where the kernel lets nobody trace (Yama's scope 3), init sees its own children die
 * alone: the dead that wait for their parents are counted here then. */
static bool is_traced(const struct dp_run *run)
{
    char path[64];
    char status[STAT_SIZE];
    const char *line;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)run->box.target);
    line = dp_family_read(path, status, sizeof(status)) ? strstr(status, "\nTracerPid:\t") : NULL;
    return line && atoi(line + strlen("\nTracerPid:\t")) > 0;
}

void dp_meter_start(struct dp_run *run)
{
    struct dp_meter *meter = &run->meter;

    meter->source = DP_METER_WALK;
    meter->memory_bytes = DUALPIPE_UNKNOWN;
    if (!run->setup.makes_processes && clock_getcpuclockid(run->box.target, &meter->clock) == 0)
        meter->source = DP_METER_CLOCK;
    else if (run->setup.cgroup.kind != DP_CGROUP_NONE)
        meter->source = DP_METER_CGROUP;
    meter->counts_dead = run->setup.counts_dead && is_traced(run);
    meter->before_us = total_us(run);
    meter->reaped_before_us = meter->reaped_us;
    if (meter->source == DP_METER_CLOCK) /* the time of the exec is the target's */
        meter->before_us = run->box.gate_cpu_us;
}

int64_t dp_meter_cpu_us(struct dp_run *run)
{
    const int64_t total = total_us(run);

    if (total < 0)
        return -1;
    return total > run->meter.before_us ? total - run->meter.before_us : 0;
}

void dp_meter_hear_of_dead(struct dp_run *run, int64_t dead_us)
{
    if (dead_us > run->meter.told_us && dead_us < MOST_US)
        run->meter.told_us = dead_us;
}

void dp_meter_end(struct dp_run *run)
{
    int64_t used = 0;

    if (run->report.init_us > run->meter.init_us) /* it may be gone by now */
        run->meter.init_us = run->report.init_us;
    if (run->meter.source == DP_METER_CGROUP && run->setup.makes_processes)
        used = dp_meter_cpu_us(run);
    run->meter.group_us = used > 0 ? used : 0;
}

static bool freshen_family(const struct dp_run *run, unsigned *left)
{
    struct dp_family family;
    bool is_fresh = dp_family_begin(&family, run->box.init);

    for (pid_t member; is_fresh && (member = dp_family_next(&family)) > 0;)
        is_fresh = dp_freshen_process(member, left);
    dp_family_end(&family);
    return is_fresh;
}

bool dp_meter_freshen(const struct dp_run *run)
{
    unsigned left = FRESHEN_MAX;

    switch (run->meter.source) {
    case DP_METER_CLOCK:
        return dp_freshen_process(run->box.target, &left);
    case DP_METER_CGROUP:
        return dp_cgroup_freshen(&run->setup.cgroup, left);
    default:
        return freshen_family(run, &left);
    }
}

int64_t dp_meter_memory_bytes(const struct dp_run *run)
{
    return run->meter.source == DP_METER_WALK ? run->meter.memory_bytes : DUALPIPE_UNKNOWN;
}

static const char *word_for(long number, long first_argument)
{
    switch (number) {
    case SYS_read:
    case SYS_readv:
    case SYS_pread64:
        return first_argument == 0 ? "stdin" : "read";
    case SYS_write:
    case SYS_writev:
        return first_argument == 1 ? "stdout" : first_argument == 2 ? "stderr" : "write";
    case SYS_futex:
        return "futex";
    case SYS_wait4:
    case SYS_waitid:
        return "child";
    case SYS_nanosleep:
    case SYS_clock_nanosleep:
        return "sleep";
    case SYS_poll:
    case SYS_ppoll:
    case SYS_select:
    case SYS_pselect6:
    case SYS_epoll_wait:
    case SYS_epoll_pwait:
        return "poll";
    case SYS_pause:
    case SYS_rt_sigsuspend:
    case SYS_rt_sigtimedwait:
        return "signal";
    default:
        return dualpipe_syscall_name((int)number);
    }
}

/* For its own user alone, and for root. */
static int open_syscall(const struct dp_run *run, int task)
{
    static const struct open_how how = {.flags = O_RDONLY | O_CLOEXEC};

    if (run->setup.identity.is_subordinate)
        return dp_foreign_open(run->box.init_pidfd, task, "syscall", &how);
    return openat(task, "syscall", O_RDONLY | O_CLOEXEC);
}

static void say_what_for(const struct dp_run *run, int task, char *waits_for, size_t size)
{
    char text[256] = "";
    long number = -1;
    unsigned long argument = 0;
    const char *word = NULL;
    int fd = open_syscall(run, task);

    if (fd >= 0) {
        const ssize_t got = read(fd, text, sizeof(text) - 1);

        text[got > 0 ? got : 0] = '\0';
        close(fd);
    }
    if (sscanf(text, "%ld %lx", &number, &argument) >= 1 && number >= 0)
        word = word_for(number, (long)argument);
    snprintf(waits_for, size, "%s", word ? word : "unknown");
}

static char state_of(int task)
{
    char stat[STAT_SIZE];
    const char *fields = NULL;
    ssize_t got = -1;
    int fd = openat(task, "stat", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 'X';
    got = read(fd, stat, sizeof(stat) - 1);
    close(fd);
    if (got > 0) {
        stat[got] = '\0';
        fields = after_name(stat);
    }
    return fields ? fields[0] : 'X';
}

bool dp_meter_is_asleep(const struct dp_run *run, char *waits_for, size_t size)
{
    bool is_asleep = true;
    bool is_first = true; /* of those that live */
    const struct dirent *entry;
    DIR *tasks = dp_descriptor_list(run->box.target_proc, "task");

    if (!tasks)
        return false;
    while (is_asleep && (entry = readdir(tasks)) != NULL) {
        int task;
        char state;

        if (entry->d_name[0] == '.')
            continue;
        task = openat(dirfd(tasks), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (task < 0)
            continue;
        state = state_of(task);
        is_asleep = state != 'R' && state != 'D';
        if (is_first && state != 'Z' && state != 'X') {
            say_what_for(run, task, waits_for, size);
            is_first = false;
        }
        close(task);
    }
    closedir(tasks);
    return is_asleep;
}

/* "num_threads" is the 20th field of stat, "processor" the 39th. */
int dp_meter_only_cpu(const struct dp_run *run)
{
    char stat[STAT_SIZE];
    const char *fields = NULL;
    ssize_t got = -1;
    int fd = openat(run->box.target_proc, "stat", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    got = read(fd, stat, sizeof(stat) - 1);
    close(fd);
    if (got > 0) {
        stat[got] = '\0';
        fields = after_name(stat);
    }
    for (int field = 3; fields && field < 39; field++) {
        if (field == 20 && atoi(fields) != 1)
            return -1;
        fields = strchr(fields, ' ');
        if (fields)
            fields++;
    }
    return fields ? atoi(fields) : -1;
}

int64_t dp_meter_host_steal_us(void)
{
    char text[256];
    long long steal;

    if (!dp_family_read("/proc/stat", text, sizeof(text)) ||
        sscanf(text, "cpu %*d %*d %*d %*d %*d %*d %*d %lld", &steal) != 1)
        return -1;
    return ticks_us(steal);
}

int64_t dp_meter_host_oom_kills(void)
{
    char text[16384];
    const char *line;

    if (!dp_family_read("/proc/vmstat", text, sizeof(text)))
        return -1;
    line = strstr(text, "\noom_kill ");
    return line ? strtoll(line + 10, NULL, 10) : -1;
}
