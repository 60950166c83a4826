/* SPDX-License-Identifier: MIT */
/*
 * pool_bench.c - warm boxes against posix_spawn, in interleaved rounds.
 *
 *     pool_bench latency [GAP_US [ROUNDS]]   one run at a time, so far apart
 *     pool_bench back-to-back [ROUNDS]       one after another, preparation counted
 *     pool_bench cores [RUNS]                throughput of two boxes against one
 *
 * All but "cores" runs on one CPU. A ratio is that of medians inside one round;
 * what is printed is the median of the rounds' ratios, with their quartiles.
 */
#include "dualpipe.h"

#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_A_ROUND 15
#define ROUNDS_MAX 1000
#define WAYS 4

extern char **environ;

static const char *program_path = "/bin/true";
static struct dualpipe_policy *native;

struct way {
    const char *name;
    enum dualpipe_freshness freshness; /* DUALPIPE_FRESHNESS_DEFAULT: posix_spawn */
    struct dualpipe_pool *pool;
    double median_us[ROUNDS_MAX];
};

static struct way ways[WAYS] = {
    {.name = "posix_spawn"},
    {.name = "verified", .freshness = DUALPIPE_FRESHNESS_VERIFIED},
    {.name = "fresh", .freshness = DUALPIPE_FRESHNESS_FRESH},
    {.name = "single-use", .freshness = DUALPIPE_FRESHNESS_SINGLE_USE},
};

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void die(const char *what)
{
    fprintf(stderr, "pool_bench: %s\n", what);
    exit(1);
}

static void spawn_once(void)
{
    char *const argv[] = {(char *)program_path, NULL};
    int status = -1;
    pid_t pid;

    if (posix_spawn(&pid, program_path, NULL, NULL, argv, environ) != 0 ||
        waitpid(pid, &status, 0) != pid || status != 0)
        die("posix_spawn failed");
}

static void pool_once(const struct way *way)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[512];

    if (dualpipe_pool_run(
            way->pool,
            &(struct dualpipe_job){.argv = (const char *const[]){program_path, NULL}}, &result,
            &error) < 0)
        die(dualpipe_error_text(&error, text, sizeof(text)));
    if (result.verdict != DUALPIPE_OK)
        die(result.reason);
    if (result.freshness != way->freshness)
        die(result.freshness_note);
}

static void run_once(const struct way *way)
{
    if (way->pool)
        pool_once(way);
    else
        spawn_once();
}

static int compare(const void *one, const void *other)
{
    const double a = *(const double *)one;
    const double b = *(const double *)other;

    return (a > b) - (a < b);
}

static double quantile(double *values, int count, double part)
{
    qsort(values, (size_t)count, sizeof(*values), compare);
    return values[(int)(part * (count - 1) + 0.5)];
}

static void open_pools(unsigned boxes)
{
    struct dualpipe_error error = {0};
    char text[512];

    if (dualpipe_policy_load(&native, "native", &error) < 0)
        die(dualpipe_error_text(&error, text, sizeof(text)));
    for (int i = 1; i < WAYS; i++)
        if (dualpipe_pool_open(&ways[i].pool,
                               &(struct dualpipe_pool_options){
                                   .boxes = boxes,
                                   .freshness = ways[i].freshness,
                                   .policy = native,
                               },
                               &error) < 0)
            die(dualpipe_error_text(&error, text, sizeof(text)));
}

static void close_pools(void)
{
    for (int i = 1; i < WAYS; i++)
        dualpipe_pool_close(ways[i].pool, DUALPIPE_POOL_DRAIN);
    dualpipe_policy_free(native);
}

static void sleep_us(long us)
{
    const struct timespec pause = {us / 1000000, us % 1000000 * 1000};

    if (us > 0)
        nanosleep(&pause, NULL);
}

/* One after another, the box's preparation is in the time of the next run; the
 * first run finds a box that is ready, so that it is left out. */
static double measure_round(const struct way *way, long gap_us)
{
    double times[RUNS_A_ROUND];
    double started;

    if (gap_us > 0) {
        for (int i = 0; i < RUNS_A_ROUND; i++) {
            sleep_us(gap_us);
            started = now_us();
            run_once(way);
            times[i] = now_us() - started;
        }
        return quantile(times, RUNS_A_ROUND, 0.5);
    }
    run_once(way);
    started = now_us();
    for (int i = 0; i < RUNS_A_ROUND; i++)
        run_once(way);
    return (now_us() - started) / RUNS_A_ROUND;
}

static void print_ways(int rounds)
{
    double ratios[ROUNDS_MAX];

    for (int i = 0; i < WAYS; i++) {
        double absolute[ROUNDS_MAX];

        for (int j = 0; j < rounds; j++)
            ratios[j] = ways[i].median_us[j] / ways[0].median_us[j];
        memcpy(absolute, ways[i].median_us, sizeof(absolute));
        printf("%-12s %8.0f us   x %.3f (%.3f to %.3f)\n", ways[i].name,
               quantile(absolute, rounds, 0.5), quantile(ratios, rounds, 0.5),
               quantile(ratios, rounds, 0.25), quantile(ratios, rounds, 0.75));
    }
}

static void compare_ways(long gap_us, int rounds)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(1, &one);
    if (sched_setaffinity(0, sizeof(one), &one) != 0)
        die("no CPU 1");
    open_pools(1);
    for (int i = 0; i < WAYS; i++)
        run_once(&ways[i]);
    for (int j = 0; j < rounds; j++)
        for (int i = 0; i < WAYS; i++)
            ways[i].median_us[j] = measure_round(&ways[i], gap_us);
    print_ways(rounds);
    close_pools();
}

struct caller {
    pthread_t thread;
    const struct way *way;
    int runs;
};

static void *call(void *argument)
{
    const struct caller *caller = argument;

    for (int i = 0; i < caller->runs; i++)
        run_once(caller->way);
    return NULL;
}

static double rate_of(const struct way *way, int threads, int runs)
{
    struct caller callers[2];
    const double started = now_us();

    for (int i = 0; i < threads; i++) {
        callers[i] = (struct caller){.way = way, .runs = runs / threads};
        if (pthread_create(&callers[i].thread, NULL, call, &callers[i]) != 0)
            die("no thread");
    }
    for (int i = 0; i < threads; i++)
        pthread_join(callers[i].thread, NULL);
    return runs / (now_us() - started) * 1e6;
}

static void compare_cores(int runs)
{
    cpu_set_t all;
    cpu_set_t one;

    if (sched_getaffinity(0, sizeof(all), &all) != 0 || CPU_COUNT(&all) < 2)
        die("two CPUs are needed");
    CPU_ZERO(&one);
    CPU_SET(1, &one);
    for (int times = 0; times < 3; times++) {
        double rates[2][WAYS];

        for (int cores = 1; cores <= 2; cores++) {
            sched_setaffinity(0, sizeof(all), cores == 1 ? &one : &all);
            open_pools((unsigned)cores);
            for (int i = 0; i < WAYS; i++)
                rates[cores - 1][i] = rate_of(&ways[i], cores, runs);
            close_pools();
        }
        for (int i = 0; i < WAYS; i++)
            printf("%-12s %6.0f/s on one, %6.0f/s on two: x %.2f\n", ways[i].name, rates[0][i],
                   rates[1][i], rates[1][i] / rates[0][i]);
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "latency";
    int rounds = argc > 3 ? atoi(argv[3]) : 20;

    if (getenv("POOL_BENCH_PROGRAM"))
        program_path = getenv("POOL_BENCH_PROGRAM");
    if (rounds < 1 || rounds > ROUNDS_MAX)
        die("1 to 1000 rounds");
    if (strcmp(what, "latency") == 0)
        compare_ways(argc > 2 ? atol(argv[2]) : 10000, rounds);
    else if (strcmp(what, "back-to-back") == 0)
        compare_ways(0, argc > 2 ? atoi(argv[2]) : 40);
    else if (strcmp(what, "cores") == 0)
        compare_cores(argc > 2 ? atoi(argv[2]) : 600);
    else
        die("latency, back-to-back or cores");
    return 0;
}
