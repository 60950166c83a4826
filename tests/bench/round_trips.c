/* SPDX-License-Identifier: MIT */
/* round_trips.c - how long a byte takes to the target and back. */
#include <errno.h>
#include <fcntl.h>
#include <sys/select.h>
#include <unistd.h>

#include "cpu.h"
#include "groups.h"
#include "spawn.h"

#define TRIPS 2000 /* for one sample */

/* The target, started without a box. */
struct plain_target {
    pid_t pid;
    int input;
    int output;
};

static const char *const echo[] = {BENCH_TARGETS "/echo", NULL};

static int start_plain(struct plain_target *target)
{
    int input[2], output[2], status = 0;

    if (pipe2(input, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(output, O_CLOEXEC) < 0) {
        status = -errno;
    } else {
        target->pid = spawn_program(echo, input[0], output[1]);
        target->input = input[1];
        target->output = output[0];
        close(output[1]);
        if (target->pid < 0) {
            status = target->pid;
            close(output[0]);
        }
    }
    close(input[0]);
    if (status < 0)
        close(input[1]);
    return status;
}

static int stop_plain(struct plain_target *target)
{
    close(target->input);
    close(target->output);
    return spawn_wait(target->pid);
}

static int talk_plainly(void *subject, double *sample)
{
    const struct plain_target *target = subject;
    char byte = 'x';
    double start = seconds_now();

    for (unsigned i = 0; i < TRIPS; i++) {
        if (write(target->input, &byte, 1) != 1 || read(target->output, &byte, 1) != 1)
            return -EIO;
    }
    *sample = 1e6 * (seconds_now() - start) / TRIPS;
    return 0;
}

/* As a caller does who wants no call to block for longer than it says. */
static int talk_with_select(void *subject, double *sample)
{
    const struct plain_target *target = subject;
    const struct timespec timeout = {.tv_sec = 5};
    char byte = 'x';
    double start = seconds_now();

    for (unsigned i = 0; i < TRIPS; i++) {
        fd_set readable;

        FD_ZERO(&readable);
        FD_SET(target->output, &readable);
        if (write(target->input, &byte, 1) != 1 ||
            pselect(target->output + 1, &readable, NULL, NULL, &timeout, NULL) != 1 ||
            read(target->output, &byte, 1) != 1)
            return -EIO;
    }
    *sample = 1e6 * (seconds_now() - start) / TRIPS;
    return 0;
}

static int talk_through_library(void *subject, double *sample)
{
    struct dualpipe *pipe = subject;
    char byte = 'x';
    double start = seconds_now();

    for (unsigned i = 0; i < TRIPS; i++) {
        int status = dualpipe_write(pipe, &byte, 1, DUALPIPE_SECONDS(5), NULL);
        ssize_t size = status < 0 ? status : dualpipe_read(pipe, &byte, 1, DUALPIPE_SECONDS(5));

        if (size != 1)
            return size < 0 ? (int)size : -EIO;
    }
    *sample = 1e6 * (seconds_now() - start) / TRIPS;
    return 0;
}

static int measure_trips(struct bench *bench, const struct dualpipe_policy *policy, bool one_cpu)
{
    const struct dualpipe_job job = {
        .argv = echo,
        .policy = policy,
        .limits = {.cpu_us = DUALPIPE_UNLIMITED,
                   .wall_us = DUALPIPE_UNLIMITED,
                   .output_bytes = DUALPIPE_UNLIMITED},
    };
    struct plain_target target = {0};
    struct dualpipe *pipe = NULL;
    int status = start_plain(&target);

    if (status < 0)
        return status;
    status = dualpipe_open(&pipe, &job, NULL);
    if (status == 0) {
        const struct way ways[] = {
            {"two pipes", talk_plainly, &target, NULL},
            {"two pipes, again", talk_plainly, &target, NULL},
            {"two pipes, pselect before a read", talk_with_select, &target, NULL},
            {"dualpipe_write(), dualpipe_read()", talk_through_library, pipe, NULL},
        };
        const struct group group = {
            .id = one_cpu ? "trips-one-core" : "trips",
            .title = one_cpu ? "A byte to the target and back, all on one CPU"
                             : "A byte to the target and back, any CPU",
            .unit = "microseconds",
            .better = "less",
            .ways = ways,
            .way_count = sizeof(ways) / sizeof(ways[0]),
        };

        status = bench_measure(bench, &group, 40);
        dualpipe_close(pipe, NULL);
    }
    stop_plain(&target);
    return status;
}

/* The scheduler may put both ends of a pipe on one CPU or on two, which differs
 * more than anything else: so that is measured as it comes, and then settled. */
int measure_round_trips(struct bench *bench)
{
    struct dualpipe_policy *policy;
    cpu_set_t before;
    int status = dualpipe_policy_load(&policy, "native", NULL);

    if (status < 0)
        return status;
    status = measure_trips(bench, policy, false);
    if (status == 0)
        status = cpu_take(cpu_first(), &before);
    if (status == 0) {
        status = measure_trips(bench, policy, true);
        cpu_give_back(&before);
    }
    dualpipe_policy_free(policy);
    return status;
}
