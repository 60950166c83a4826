/* SPDX-License-Identifier: MIT */
/* limits.c - see limits.h. */
#include "limits.h"

#include "error.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>

#define SIGNALS_PENDING 256

/* Address space beyond the memory limit: a run-time's reservations. */
#define RESERVED_BYTES (INT64_C(64) << 30)

struct field {
    const char *name;
    size_t offset;
    int resource; /* the host's hard limit caps it; -1: nothing does */
};

#define FIELD(name, member, resource)                                                              \
    {                                                                                              \
        name, offsetof(struct dualpipe_limits, member), resource                                   \
    }

static const struct field fields[] = {
    FIELD("time", cpu_us, -1),
    FIELD("wall", wall_us, -1),
    FIELD("idle", idle_us, -1),
    FIELD("memory", memory_bytes, RLIMIT_DATA),
    FIELD("output", output_bytes, -1),
    FIELD("file-size", file_bytes, RLIMIT_FSIZE),
    FIELD("stack", stack_bytes, RLIMIT_STACK),
    FIELD("open-files", open_files, RLIMIT_NOFILE),
    FIELD("processes", processes, RLIMIT_NPROC),
    FIELD("disk", disk_bytes, -1),
};

static int64_t *value_of(struct dualpipe_limits *limits, const struct field *field)
{
    return (int64_t *)(void *)((char *)limits + field->offset);
}

static int64_t value_in(const struct dualpipe_limits *limits, const struct field *field)
{
    return *(const int64_t *)(const void *)((const char *)limits + field->offset);
}

/* No process may raise its hard limit without privilege: stricter is all that
 * can be had there, and the report shows it. */
static int64_t capped(int64_t value, int resource)
{
    struct rlimit host;

    if (resource < 0 || value == 0 || getrlimit((__rlimit_resource_t)resource, &host) != 0 ||
        host.rlim_max == RLIM_INFINITY || host.rlim_max > INT64_MAX)
        return value;
    if (value == DUALPIPE_UNLIMITED || value > (int64_t)host.rlim_max)
        return (int64_t)host.rlim_max;
    return value;
}

static int64_t wall_for(int64_t cpu_us)
{
    if (cpu_us > INT64_MAX / 4)
        return DUALPIPE_UNLIMITED;
    return 2 * cpu_us > DUALPIPE_SECONDS(1) ? 3 * cpu_us : cpu_us + DUALPIPE_SECONDS(1);
}

int dp_limits_check(const struct dualpipe_limits *limits, struct dualpipe_error *error)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (value_in(limits, &fields[i]) < DUALPIPE_UNLIMITED)
            return dp_fail(error, DUALPIPE_STEP_READ_JOB, EINVAL, fields[i].name);
    return 0;
}

void dp_limits_fill(struct dualpipe_limits *limits, const struct dualpipe_limits *others)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (value_in(limits, &fields[i]) == 0)
            *value_of(limits, &fields[i]) = value_in(others, &fields[i]);
}

int dp_limits_resolve(struct dualpipe_limits *resolved, const struct dualpipe_limits *job,
                      const struct dualpipe_limits *policy, struct dualpipe_error *error)
{
    const int checked = dp_limits_check(job, error);

    if (checked < 0)
        return checked;
    *resolved = *job;
    dp_limits_fill(resolved, policy);
    if (job->cpu_us > 0 && job->wall_us == 0)
        resolved->wall_us = wall_for(job->cpu_us);
    if (resolved->stack_bytes == 0)
        resolved->stack_bytes = resolved->memory_bytes;
    /* Files of the box are memory. */
    if (resolved->memory_bytes != DUALPIPE_UNLIMITED &&
        (resolved->disk_bytes == DUALPIPE_UNLIMITED ||
         resolved->disk_bytes > resolved->memory_bytes))
        resolved->disk_bytes = resolved->memory_bytes;
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        int64_t *value = value_of(resolved, &fields[i]);

        *value = capped(*value ? *value : DUALPIPE_UNLIMITED, fields[i].resource);
    }
    return 0;
}

/* Never above the host's own hard limit, which nobody could set. */
static struct dp_rlimit_step both(int resource, int64_t value)
{
    const int64_t allowed = capped(value, resource);
    const uint64_t limit = allowed == DUALPIPE_UNLIMITED ? RLIM_INFINITY : (uint64_t)allowed;

    return (struct dp_rlimit_step){(uint32_t)resource, limit, limit};
}

/* The last resort: the supervisor stops a target far more exactly. The kernel
 * compares it with whole ticks, which on a busy host may book much more than
 * was used. */
static int64_t cpu_backstop_s(int64_t cpu_us)
{
    if (cpu_us == DUALPIPE_UNLIMITED)
        return DUALPIPE_UNLIMITED;
    return 2 * (cpu_us / 1000000) + 10;
}

int64_t dp_limits_own_data_bytes(void)
{
    char line[128];
    long long kib = 0;
    FILE *file = fopen("/proc/self/status", "re");

    if (!file)
        return 0;
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "VmData: %lld", &kib) == 1)
            break;
    fclose(file);
    return (int64_t)kib * 1024;
}

static int64_t plus(int64_t limit, int64_t more)
{
    if (limit == DUALPIPE_UNLIMITED || limit > INT64_MAX - more)
        return limit;
    return limit + more;
}

unsigned dp_limits_rlimits(struct dp_rlimit_step steps[DP_RLIMIT_STEPS],
                           const struct dualpipe_limits *limits, int64_t inherited_bytes)
{
    unsigned count = 0;

    steps[count++] = both(RLIMIT_CPU, cpu_backstop_s(limits->cpu_us));
    /* Private writable memory of each process. RLIMIT_AS would count what Go and
     * Node reserve and never touch. */
    steps[count++] = both(RLIMIT_DATA, plus(limits->memory_bytes, inherited_bytes));
    /* Far above what is held: only so that what is reserved and never written
     * cannot cost page tables without end. A fork of the host may have much more
     * than that from the start. */
    if (inherited_bytes == 0)
        steps[count++] = both(RLIMIT_AS, plus(limits->memory_bytes, RESERVED_BYTES));
    steps[count++] = both(RLIMIT_STACK, limits->stack_bytes);
    steps[count++] = both(RLIMIT_FSIZE, limits->file_bytes);
    /* 1, not 0: a core_pattern that is a pipe ignores all but this value. */
    steps[count++] = both(RLIMIT_CORE, 1);
    /* Counted with the host user's own: queued signals and timers. */
    steps[count++] = both(RLIMIT_SIGPENDING, SIGNALS_PENDING);
    steps[count++] = both(RLIMIT_MEMLOCK, 0);
    steps[count++] = both(RLIMIT_MSGQUEUE, 0);
    steps[count++] = both(RLIMIT_NICE, 0);
    steps[count++] = both(RLIMIT_RTPRIO, 0);
    return count;
}

unsigned dp_limits_gate_rlimits(struct dp_rlimit_step steps[DP_GATE_RLIMITS],
                                const struct dualpipe_limits *limits, unsigned own_processes)
{
    const int64_t processes = plus(limits->processes, own_processes);

    steps[0] = both(RLIMIT_NOFILE, limits->open_files);
    steps[1] = both(RLIMIT_NPROC, processes);
    return DP_GATE_RLIMITS;
}
