/* SPDX-License-Identifier: MIT */
/* start.c - what one run of a program that does nothing costs. */
#include <errno.h>

#include "groups.h"
#include "spawn.h"

/* A run through the library. */
struct library_run {
    const char *const *argv;
    const struct dualpipe_policy *policy;
};

static int run_command(void *subject, double *sample)
{
    const char *const *argv = subject;
    double start = seconds_now();
    pid_t pid = spawn_program(argv, -1, -1);
    int status = pid < 0 ? pid : spawn_wait(pid);

    *sample = 1e6 * (seconds_now() - start);
    return status;
}

static int run_in_library(void *subject, double *sample)
{
    const struct library_run *run = subject;
    struct dualpipe_result result = {0};
    double start = seconds_now();
    int status = dualpipe_run(&(struct dualpipe_job){.argv = run->argv, .policy = run->policy},
                              &result, NULL);

    *sample = 1e6 * (seconds_now() - start);
    return status < 0 || result.verdict == DUALPIPE_OK ? status : -EIO;
}

/* Too short to be measured once. */
static int load_policy(void *subject, double *sample)
{
    const int loads = 100;
    double start = seconds_now();

    for (int i = 0; i < loads; i++) {
        struct dualpipe_policy *policy;
        int status = dualpipe_policy_load(&policy, subject, NULL);

        if (status < 0)
            return status;
        dualpipe_policy_free(policy);
    }
    *sample = 1e6 * (seconds_now() - start) / loads;
    return 0;
}

static int measure_program(struct run *run, const struct dualpipe_policy *policy, const char *title,
                           const char *const *plain, const char *const *wrapped)
{
    const char *const command[] = {BENCH_DUALPIPE, "run", "--quiet", "--", plain[0], NULL};
    struct library_run library_run = {plain, policy};
    const struct way ways[] = {
        {"posix_spawn", run_command, (void *)plain},
        {"posix_spawn, again", run_command, (void *)plain},
        {"bwrap --unshare-all", run_command, (void *)wrapped},
        {"dualpipe run", run_command, (void *)command},
        {"dualpipe_run(), policy loaded", run_in_library, &library_run},
    };
    const struct group group = {title, "microseconds", "less", ways,
                                sizeof(ways) / sizeof(ways[0])};

    return group_measure(run, &group, run->rounds);
}

static int measure_parts(struct run *run)
{
    const char *const plain[] = {BENCH_TARGETS "/noop", NULL};
    const char *const version[] = {BENCH_DUALPIPE, "--version", NULL};
    const struct way ways[] = {
        {"posix_spawn of a static no-op", run_command, (void *)plain},
        {"posix_spawn of a static no-op, again", run_command, (void *)plain},
        {"dualpipe --version", run_command, (void *)version},
        {"dualpipe_policy_load(native)", load_policy, "native"},
    };
    const struct group group = {"What the command costs before it makes a box", "microseconds",
                                "less", ways, sizeof(ways) / sizeof(ways[0])};

    return group_measure(run, &group, run->rounds);
}

int measure_start(struct run *run, const struct dualpipe_policy *policy)
{
    /* Bubblewrap shows the programs about what "native" shows them. */
    const char *const noop[] = {BENCH_TARGETS "/noop", NULL};
    const char *const noop_wrapped[] = {
        "/usr/bin/bwrap", "--unshare-all", "--ro-bind", noop[0], "/noop", "--", "/noop", NULL};
    const char *const plain[] = {"/bin/true", NULL};
    const char *const wrapped[] = {
        "/usr/bin/bwrap", "--unshare-all", "--ro-bind", "/usr",      "/usr",   "--symlink",
        "usr/lib",        "/lib",          "--symlink", "usr/lib64", "/lib64", "--symlink",
        "usr/bin",        "/bin",          "--",        "/bin/true", NULL,
    };
    int status = measure_program(run, policy, "One run of a static no-op", noop, noop_wrapped);

    if (status == 0)
        status = measure_program(run, policy, "One run of /bin/true", plain, wrapped);
    return status < 0 ? status : measure_parts(run);
}
