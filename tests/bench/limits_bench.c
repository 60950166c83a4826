/* SPDX-License-Identifier: MIT */
/*
 * limits_bench.c - how late limits are, how exact figures, what cgroups cost.
 *
 * Usage: limits_bench [ROUNDS]
 *
 * Each line: the median, the ninth tenth and the worst of its rounds. Measured
 * on an idle machine, as root and as an ordinary user: they differ.
 */
#include "dualpipe.h"

#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 15
#define ROUNDS_MAX 1000
#define SPREAD_ROUNDS 50
#define USE BENCH_LIMITS "/use"

enum figure { FIGURE_CPU, FIGURE_WALL, FIGURE_MEMORY, FIGURE_WHOLE };

struct series {
    const char *name;
    struct dualpipe_job job;
    enum figure figure;
    int64_t expected; /* is subtracted */
    int64_t pause_us; /* before each round */
    int64_t samples[ROUNDS_MAX];
};

static int64_t now_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static int compare(const void *one, const void *other)
{
    const int64_t a = *(const int64_t *)one;
    const int64_t b = *(const int64_t *)other;

    return a < b ? -1 : a > b;
}

static void print(struct series *series, int rounds, const char *unit)
{
    int64_t *sample = series->samples;

    qsort(sample, (size_t)rounds, sizeof(*sample), compare);
    printf("%-52s %9" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64 "  %s\n", series->name,
           sample[0], sample[rounds / 2], sample[rounds * 9 / 10], sample[rounds - 1], unit);
    fflush(stdout);
}

static int64_t measure(const struct series *series)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[400];
    int64_t start;

    usleep((useconds_t)series->pause_us);
    start = now_us(CLOCK_MONOTONIC);
    if (dualpipe_run(&series->job, &result, &error) < 0) {
        fprintf(stderr, "%s: %s\n", series->name, dualpipe_error_text(&error, text, sizeof(text)));
        exit(2);
    }
    if (series->figure == FIGURE_WHOLE)
        return now_us(CLOCK_MONOTONIC) - start;
    if (series->figure == FIGURE_MEMORY)
        return result.usage.memory_peak_bytes / 1024 - series->expected;
    return (series->figure == FIGURE_CPU ? result.usage.cpu_us : result.usage.wall_us) -
           series->expected;
}

/* In turn, so that whatever the machine does happens to all. */
static void measure_all(struct series *series, int count, int rounds, const char *unit)
{
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            series[i].samples[round] = measure(&series[i]);
    for (int i = 0; i < count; i++)
        print(&series[i], rounds, unit);
}

#define ARGV(...) ((const char *const[]){USE, __VA_ARGS__, NULL})

static void measure_lateness(const struct dualpipe_policy *native,
                             const struct dualpipe_policy *family, int rounds)
{
    static struct series series[7];
    const struct dualpipe_limits half = {.cpu_us = 500000, .wall_us = DUALPIPE_SECONDS(20)};
    const struct dualpipe_limits one = {.cpu_us = 1000000, .wall_us = DUALPIPE_SECONDS(20)};
    const char *const *const spin = ARGV("threads", "1", "0");
    const char *const *const four = ARGV("threads", "4", "0");
    const char *const *const children = ARGV("children", "3", "0");

    series[0] = (struct series){"0.5 s of CPU, one thread",
                                {.argv = spin, .policy = native, .limits = half},
                                FIGURE_CPU,
                                500000,
                                0,
                                {0}};
    series[1] = (struct series){"0.5 s of CPU, four threads",
                                {.argv = four, .policy = native, .limits = half},
                                FIGURE_CPU,
                                500000,
                                0,
                                {0}};
    series[2] = (struct series){"0.5 s of CPU, three children",
                                {.argv = children, .policy = family, .limits = half},
                                FIGURE_CPU,
                                500000,
                                0,
                                {0}};
    series[3] = series[0];
    series[3].name = "1 s of CPU, one thread";
    series[3].job.limits = one;
    series[3].expected = 1000000;
    series[4] = series[3];
    series[4].name = "1 s of CPU, four threads";
    series[4].job.argv = four;
    series[5] = series[2];
    series[5].name = "1 s of CPU, three children";
    series[5].job.limits = one;
    series[5].expected = 1000000;
    series[6] = (struct series){
        "0.5 s of wall time, asleep",
        {.argv = ARGV("sleep", "9000"), .policy = native, .limits = {.wall_us = 500000}},
        FIGURE_WALL,
        500000,
        0,
        {0}};
    printf("\nUsed beyond the limit (goal on an idle machine: median 1000, most 5000)\n");
    measure_all(series, 7, rounds, "us");
}

static void measure_spread(const struct dualpipe_policy *native, const char *name)
{
    static struct series series[1];

    series[0] = (struct series){
        name, {.argv = ARGV("spin-work", "1"), .policy = native, .cpus = "0"}, FIGURE_CPU, 0, 0,
        {0}};
    measure_all(series, 1, SPREAD_ROUNDS, "us of CPU");
}

static void stay_on_first_cpu(void)
{
    cpu_set_t first;

    CPU_ZERO(&first);
    CPU_SET(0, &first);
    sched_setaffinity(0, sizeof(first), &first);
}

/* What bash's own "time" says, in microseconds of its milliseconds; or -1. */
static int64_t ask_bash(void)
{
    static const char script[] = "TIMEFORMAT='%3U %3S'; time \"$0\" spin-work 1";
    double user = 0;
    double system = 0;
    int ends[2];
    FILE *said;
    pid_t pid;
    int found;

    if (pipe(ends) != 0)
        return -1;
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        stay_on_first_cpu();
        execlp("bash", "bash", "-c", script, USE, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    said = fdopen(ends[0], "r");
    found = said ? fscanf(said, "%lf %lf", &user, &system) : 0;
    if (said)
        fclose(said);
    waitpid(pid, NULL, 0);
    return found == 2 ? (int64_t)((user + system) * 1e6 + 0.5) : -1;
}

static void measure_spread_bash(const char *name)
{
    static struct series series[1];

    series[0].name = name;
    for (int round = 0; round < SPREAD_ROUNDS; round++) {
        series[0].samples[round] = ask_bash();
        if (series[0].samples[round] < 0) {
            printf("%-52s there is no bash here\n", name);
            return;
        }
    }
    print(series, SPREAD_ROUNDS, "us of CPU");
}

/* The same work by fork, exec and wait4: bash's figures without the rounding. */
static void measure_spread_plain(const char *name)
{
    static struct series series[1];
    const char *argv[] = {USE, "spin-work", "1", NULL};

    series[0].name = name;
    for (int round = 0; round < SPREAD_ROUNDS; round++) {
        struct rusage usage;
        pid_t pid = fork();

        if (pid == 0) {
            stay_on_first_cpu();
            execv(USE, (char *const *)argv);
            _exit(127);
        }
        wait4(pid, NULL, 0, &usage);
        series[0].samples[round] =
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) +
            usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    }
    print(series, SPREAD_ROUNDS, "us of CPU");
}

static pid_t start_neighbour(void)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    stay_on_first_cpu();
    for (;;)
        __asm__ volatile("");
}

static void measure_memory(const struct dualpipe_policy *native,
                           const struct dualpipe_policy *family, int rounds)
{
    static const char *const sizes[] = {"0", "1", "10", "100", "500"};
    static struct series series[10];
    static char names[10][64];
    const int count = 10;

    for (int i = 0; i < count; i++) {
        const char *const argv[] = {USE, i < 2 ? "nothing" : "touch", sizes[i / 2], NULL};
        const char **copy = malloc(sizeof(argv));

        memcpy(copy, argv, sizeof(argv));
        snprintf(names[i], sizeof(names[i]), "%s MiB touched, %s", sizes[i / 2],
                 i % 2 ? "by a policy with children" : "native");
        series[i] = (struct series){names[i],
                                    {.argv = copy,
                                     .policy = i % 2 ? family : native,
                                     .limits = {.memory_bytes = DUALPIPE_MEBIBYTES(1024)}},
                                    FIGURE_MEMORY,
                                    1024 * atoll(sizes[i / 2]),
                                    0,
                                    {0}};
    }
    printf("\nPeak of memory beyond what was touched (goal: 2 %% or 512 beyond 0 MiB's)\n");
    measure_all(series, count, rounds, "KiB");
    for (int i = 0; i < count; i++)
        free((void *)(uintptr_t)series[i].job.argv);
}

static void measure_groups(const struct dualpipe_policy *family, int rounds)
{
    static struct series series[4];
    const struct dualpipe_job with = {.argv = ARGV("nothing"), .policy = family};
    struct dualpipe_job without = with;

    without.without = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP);
    series[0] = (struct series){"without a cgroup", without, FIGURE_WHOLE, 0, 0, {0}};
    series[1] = (struct series){"with one, where there are any", with, FIGURE_WHOLE, 0, 0, {0}};
    printf("\nA whole run, one after the other (the difference is the cgroup's)\n");
    measure_all(series, 2, 10 * rounds > ROUNDS_MAX ? ROUNDS_MAX : 10 * rounds, "us");
    series[0].pause_us = series[1].pause_us = 50000;
    printf("\nA whole run, after 50 ms of nothing\n");
    measure_all(series, 2, 2 * rounds > ROUNDS_MAX ? ROUNDS_MAX : 2 * rounds, "us");
}

static struct dualpipe_policy *load(const char *name)
{
    struct dualpipe_policy *policy;
    struct dualpipe_error error = {0};
    char text[400];

    if (dualpipe_policy_load(&policy, name, &error) == 0)
        return policy;
    fprintf(stderr, "%s\n", dualpipe_error_text(&error, text, sizeof(text)));
    exit(2);
}

/* What the figures are worth: where, as whom, beside what. */
static void print_place(const struct dualpipe_policy *family)
{
    const struct dualpipe_job job = {.argv = ARGV("nothing"), .policy = family};
    struct dualpipe_result result = {0};
    double load[1] = {0};
    struct utsname name;

    uname(&name);
    getloadavg(load, 1);
    if (dualpipe_run(&job, &result, NULL) < 0)
        exit(2);
    printf("Linux %s, %ld CPUs, uid %d, memory by %s, load %.2f%s\n", name.release,
           sysconf(_SC_NPROCESSORS_ONLN), (int)getuid(),
           result.memory_source ? result.memory_source : "nothing", load[0],
           load[0] > 0.5 ? ": NOT idle, the worst figures are others' too" : "");
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : ROUNDS;
    struct dualpipe_policy *native = load("native");
    struct dualpipe_policy *family = load(BENCH_LIMITS "/processes.policy");
    pid_t neighbour;

    if (rounds < 1 || rounds > ROUNDS_MAX)
        return 2;
    print_place(family);
    printf("%-52s %9s %9s %9s %9s\n", "", "least", "median", "9 in 10", "most");
    measure_lateness(native, family, rounds);
    printf("\nThe same work, %d times\n", SPREAD_ROUNDS);
    measure_spread(native, "dualpipe, alone");
    measure_spread_plain("fork, exec and wait4, alone");
    measure_spread_bash("bash's time, alone");
    neighbour = start_neighbour();
    measure_spread(native, "dualpipe, a busy neighbour on its CPU");
    measure_spread_plain("fork, exec and wait4, a busy neighbour");
    measure_spread_bash("bash's time, a busy neighbour");
    kill(neighbour, SIGKILL);
    waitpid(neighbour, NULL, 0);
    measure_memory(native, family, rounds);
    measure_groups(family, rounds);
    dualpipe_policy_free(native);
    dualpipe_policy_free(family);
    return 0;
}
