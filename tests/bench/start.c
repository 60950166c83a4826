/* SPDX-License-Identifier: MIT */
/* start.c - what one run of a program costs: of four programs, by everyone. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cpu.h"
#include "groups.h"
#include "peers.h"
#include "spawn.h"

#define INTEGERS 1000000

static const char *const noop[] = {BENCH_TARGETS "/noop", NULL};
static const char *const true_program[] = {"/bin/true", NULL};
static const char *const reader[] = {BENCH_TARGETS "/read_integers", NULL};
static const char *const python[] = {"/usr/bin/python3", "-c", "pass", NULL};

/* A file of a million integers in the order of a simple generator. Returns 0 or a
 * negative errno value; unlink it. */
static int write_integers(char *path)
{
    unsigned state = 1;
    int status = 0;
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file)
        return -errno;
    for (int i = 0; i < INTEGERS && status >= 0; i++) {
        state = state * 1664525u + 1013904223u;
        status = fprintf(file, "%u\n", state);
    }
    if (fclose(file) != 0 || status < 0)
        return -EIO;
    return 0;
}

static int measure_reader(struct bench *bench)
{
    char path[] = "/tmp/dualpipe-bench-XXXXXX";
    const struct peer_target target = {
        .argv = reader, .policy = "native", .input = path, .cpu = -1};
    int status = write_integers(path);

    if (status == 0)
        status = peers_measure(bench, &target, "integers", "A C++ program reads a million integers",
                               0, 12);
    unlink(path);
    return status;
}

int measure_start(struct bench *bench)
{
    const struct peer_target targets[] = {
        {.argv = noop, .policy = "native", .cpu = -1},
        {.argv = true_program, .policy = "native", .cpu = -1},
        {.argv = true_program, .policy = "native", .cpu = cpu_first()},
        {.argv = python, .policy = "python", .cpu = -1},
    };
    int status = peers_measure(bench, &targets[0], "noop", "One run of a static no-op", 0, 80);

    if (status == 0)
        status = peers_measure(bench, &targets[1], "true", "One run of /bin/true", 0, 120);
    if (status == 0)
        status = peers_measure(bench, &targets[2], "true-one-core",
                               "One run of /bin/true, all on one CPU", 0, 60);
    if (status == 0 && access(python[0], X_OK) == 0)
        status = peers_measure(bench, &targets[3], "python", "One run of python3 -c pass", 0, 25);
    return status < 0 ? status : measure_reader(bench);
}

static int run_command(void *subject, double *sample)
{
    const char *const *argv = subject;
    const double start = seconds_now();
    const pid_t pid = spawn_program(argv, -1, -1);
    const int status = pid < 0 ? (int)pid : spawn_wait(pid);

    *sample = 1e6 * (seconds_now() - start);
    return status;
}

/* Too short to be measured once. */
static int load_policy(void *subject, double *sample)
{
    const int loads = 100;
    const double start = seconds_now();

    for (int i = 0; i < loads; i++) {
        struct dualpipe_policy *policy;
        const int status = dualpipe_policy_load(&policy, subject, NULL);

        if (status < 0)
            return status;
        dualpipe_policy_free(policy);
    }
    *sample = 1e6 * (seconds_now() - start) / loads;
    return 0;
}

int measure_parts(struct bench *bench)
{
    const char *const version[] = {BENCH_DUALPIPE, "--version", NULL};
    const struct way ways[] = {
        {"a static no-op", run_command, (void *)noop, NULL},
        {"a static no-op, again", run_command, (void *)noop, NULL},
        {"dualpipe --version", run_command, (void *)version, NULL},
        {"dualpipe_policy_load(native)", load_policy, "native", NULL},
    };
    const struct group group = {
        .id = "parts",
        .title = "What the command costs before it makes a box",
        .unit = "microseconds",
        .better = "less",
        .ways = ways,
        .way_count = sizeof(ways) / sizeof(ways[0]),
    };

    return bench_measure(bench, &group, 120);
}

int measure_paced(struct bench *bench)
{
    const struct peer_target target = {
        .argv = true_program, .policy = "native", .only_pools = true, .cpu = -1};
    const struct peer_target plain = {
        .argv = noop, .policy = "static", .only_pools = true, .cpu = -1};
    int status = peers_measure(bench, &target, "paced-20",
                               "One run of /bin/true, at 20 runs a second", 50000, 30);

    if (status == 0)
        status = peers_measure(bench, &target, "paced-100",
                               "One run of /bin/true, at 100 runs a second", 10000, 150);
    if (status == 0)
        status = peers_measure(bench, &plain, "paced-noop",
                               "One run of a static no-op, at 100 runs a second", 10000, 120);
    return status;
}

int measure_one_core(struct bench *bench)
{
    const struct peer_target target = {.argv = true_program,
                                       .policy = "native",
                                       .in_a_row = 25,
                                       .only_pools = true,
                                       .cpu = cpu_first()};

    return peers_measure(bench, &target, "one-core",
                         "One of 25 runs of /bin/true in a row, all on one CPU, all counted", 0,
                         24);
}
