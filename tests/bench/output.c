/* SPDX-License-Identifier: MIT */
/* output.c - how fast a target's output arrives. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu.h"
#include "groups.h"
#include "spawn.h"

#define FLOOD_BYTES ((size_t)1600 * 65536) /* what targets/flood.c writes */
#define BLOCK_BYTES ((size_t)65536)

/* One way of taking it. */
struct taking {
    const struct dualpipe_policy *policy;
    char *room;     /* FLOOD_BYTES, used before, so that no page is missing */
    size_t step;    /* to go on in it after a read: BLOCK_BYTES, or 0 to stay */
    int pipe_bytes; /* of a raw pipe, or 0: what the kernel gives */
};

static const char *const flood[] = {BENCH_TARGETS "/flood", NULL};
static const struct dualpipe_limits no_limits = {
    .cpu_us = DUALPIPE_UNLIMITED,
    .wall_us = DUALPIPE_UNLIMITED,
    .output_bytes = DUALPIPE_UNLIMITED,
};

static double megabytes_a_second(double start)
{
    return (double)FLOOD_BYTES / 1e6 / (seconds_now() - start);
}

/* Read until the end. Returns 0 if all of it came. */
static int read_pipe(const struct taking *taking, int fd)
{
    char *next = taking->room;
    size_t total = 0;
    ssize_t size;

    while (total < FLOOD_BYTES &&
           (size = read(fd, next,
                        BLOCK_BYTES < FLOOD_BYTES - total ? BLOCK_BYTES : FLOOD_BYTES - total)) >
               0) {
        total += (size_t)size;
        if (taking->step)
            next += size;
    }
    return total == FLOOD_BYTES ? 0 : -EIO;
}

static int take_from_pipe(void *subject, double *sample)
{
    const struct taking *taking = subject;
    double start = seconds_now();
    int fds[2], status, ended;
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) < 0)
        return -errno;
    if (taking->pipe_bytes && fcntl(fds[1], F_SETPIPE_SZ, taking->pipe_bytes) < 0)
        status = pid = -errno;
    else
        status = pid = spawn_program(flood, -1, fds[1]);
    close(fds[1]);
    if (pid >= 0) {
        status = read_pipe(taking, fds[0]);
        close(fds[0]); /* one that is not done by now must not block for ever */
        ended = spawn_wait(pid);
        *sample = megabytes_a_second(start);
        return status < 0 ? status : ended;
    }
    close(fds[0]);
    return status;
}

static int take_by_run(void *subject, double *sample)
{
    const struct taking *taking = subject;
    const struct dualpipe_job job = {
        .argv = flood,
        .policy = taking->policy,
        .limits = no_limits,
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = taking->room,
                            .buffer_size = FLOOD_BYTES},
    };
    struct dualpipe_result result = {0};
    double start = seconds_now();
    int status = dualpipe_run(&job, &result, NULL);

    *sample = megabytes_a_second(start);
    if (status < 0)
        return status;
    return result.verdict == DUALPIPE_OK && result.usage.stdout_bytes == (int64_t)FLOOD_BYTES
               ? 0
               : -EIO;
}

static int take_by_reading(void *subject, double *sample)
{
    const struct taking *taking = subject;
    const struct dualpipe_job job = {
        .argv = flood,
        .policy = taking->policy,
        .limits = no_limits,
    };
    struct dualpipe_result result = {0};
    double start = seconds_now();
    struct dualpipe *pipe;
    size_t total = 0;
    ssize_t size;
    int status = dualpipe_open(&pipe, &job, NULL);

    if (status < 0)
        return status;
    while ((size = dualpipe_read(pipe, taking->room, BLOCK_BYTES, DUALPIPE_SECONDS(10))) > 0)
        total += (size_t)size;
    status = dualpipe_close(pipe, &result);
    *sample = megabytes_a_second(start);
    if (status < 0 || size < 0)
        return status < 0 ? status : (int)size;
    return result.verdict == DUALPIPE_OK && total == FLOOD_BYTES ? 0 : -EIO;
}

static int measure_flood(struct bench *bench, const struct dualpipe_policy *policy, bool one_cpu)
{
    char *room = malloc(FLOOD_BYTES);
    struct taking keeping = {policy, room, BLOCK_BYTES, 0};
    struct taking keeping_wide = {policy, room, BLOCK_BYTES, 1 << 20};
    struct taking reading = {policy, room, 0, 0};
    struct taking reading_wide = {policy, room, 0, 1 << 20};
    const struct way ways[] = {
        {"a pipe of 1 MiB, into 100 MiB", take_from_pipe, &keeping_wide, NULL},
        {"a pipe of 1 MiB, into 100 MiB, again", take_from_pipe, &keeping_wide, NULL},
        {"dualpipe_run() into 100 MiB", take_by_run, &keeping, NULL},
        {"a pipe of 1 MiB, into 64 KiB", take_from_pipe, &reading_wide, NULL},
        {"a pipe, into 64 KiB", take_from_pipe, &reading, NULL},
        {"dualpipe_open(), dualpipe_read()", take_by_reading, &reading, NULL},
    };
    const struct group group = {
        .id = one_cpu ? "output-one-core" : "output",
        .title = one_cpu ? "100 MiB of output, start and end included, all on one CPU"
                         : "100 MiB of output, start and end included, any CPU",
        .unit = "MB a second",
        .better = "more",
        .ways = ways,
        .way_count = sizeof(ways) / sizeof(ways[0]),
    };
    int status = -ENOMEM;

    if (room) {
        memset(room, 1, FLOOD_BYTES);
        status = bench_measure(bench, &group, 24);
    }
    free(room);
    return status;
}

int measure_output(struct bench *bench)
{
    struct dualpipe_policy *policy;
    cpu_set_t before;
    int status = dualpipe_policy_load(&policy, "native", NULL);

    if (status < 0)
        return status;
    status = measure_flood(bench, policy, false);
    if (status == 0)
        status = cpu_take(cpu_first(), &before);
    if (status == 0) {
        status = measure_flood(bench, policy, true);
        cpu_give_back(&before);
    }
    dualpipe_policy_free(policy);
    return status;
}
