/* SPDX-License-Identifier: MIT */
/*
 * soak.c - hours of work for the pool: threads that mix good, bad and hostile jobs
 * over boxes of each freshness, and new ones. Every verdict, status and output must
 * be the right one, and nothing may grow.
 *
 *     soak [--seconds N] [--threads N] [--seed N] [--nobody]
 *
 * The last lines are the figures of the first and the last quarter, and
 * "wrong verdicts: W in N runs". Exit status 0: W is 0, all is flat, nothing is left.
 */
#include "../host.h"
#include "figures.h"
#include "jobs.h"

#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>

#define POOLS DUALPIPE_FRESHNESS_COUNT
#define THREADS_MAX 64
#define DATA_MAX 65536
#define LOOKS 40
#define WRONG_SHOWN 20
#define TRIES 3 /* where the error says that it may be tried again */

static struct dualpipe_policy *policy;
static struct dualpipe_pool *pools[POOLS]; /* by freshness; NULL: new boxes */
static unsigned pool_numbers[POOLS];
static unsigned pool_count;
static char paths[64][512];
static int always; /* an eventfd that is readable: cancels at once */
static atomic_bool is_over;
static atomic_uint_fast64_t runs;
static atomic_uint_fast64_t wrong;
static atomic_uint_fast64_t faults; /* of the host, by its own account: run again */
static atomic_uint_fast64_t runs_of[64];

struct worker {
    pthread_t thread;
    uint64_t state; /* of its random numbers */
    char input[DATA_MAX];
    char output[DATA_MAX + 64];
    char errors[512];
    size_t kept;
    size_t errors_kept;
};

static uint64_t random_number(struct worker *worker)
{
    worker->state ^= worker->state << 13;
    worker->state ^= worker->state >> 7;
    worker->state ^= worker->state << 17;
    return worker->state;
}

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* Some of the words are wrong: one line, as it comes. */
__attribute__((format(printf, 3, 4))) static void complain(unsigned kind,
                                                           const struct dualpipe_result *result,
                                                           const char *format, ...)
{
    char why[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    if (atomic_fetch_add(&wrong, 1) < WRONG_SHOWN)
        fprintf(stderr, "WRONG: %s, in a %s box: %s: %s: %s\n", soak_kinds[kind].what,
                dualpipe_freshness_name(result->freshness) ?: "-", why,
                dualpipe_verdict_name(result->verdict), result->reason);
}

static size_t make_input(struct worker *worker, enum soak_data data)
{
    size_t size = random_number(worker) % 3 == 0 ? random_number(worker) % DATA_MAX
                                                 : random_number(worker) % 512;

    if (data == DATA_DOUBLE)
        return (size_t)snprintf(worker->input, sizeof(worker->input), "%u\n",
                                (unsigned)(random_number(worker) >> 40));
    if (data != DATA_ECHO && data != DATA_FILE)
        return 0;
    for (size_t i = 0; i < size; i++)
        worker->input[i] = (char)random_number(worker);
    return size;
}

static bool is_right_output(const struct worker *worker, enum soak_data data, size_t size)
{
    char expected[32];

    switch (data) {
    case DATA_NONE:
        return true;
    case DATA_NOTHING:
        return worker->kept == 0;
    case DATA_DOUBLE:
        snprintf(expected, sizeof(expected), "%lu\n", 2 * strtoul(worker->input, NULL, 10));
        return worker->kept == strlen(expected) &&
               memcmp(worker->output, expected, worker->kept) == 0;
    default:
        return worker->kept == size && memcmp(worker->output, worker->input, size) == 0;
    }
}

static void judge(const struct worker *worker, unsigned kind, size_t size, unsigned freshness,
                  const struct dualpipe_result *result)
{
    const struct soak_kind *job = &soak_kinds[kind];

    if (!(MAY(result->verdict) & job->verdicts))
        complain(kind, result, "the verdict is not right; standard error \"%.*s\"",
                 (int)(worker->errors_kept < 100 ? worker->errors_kept : 100), worker->errors);
    else if (job->status >= 0 && result->status != job->status)
        complain(kind, result, "the status is 0x%x", (unsigned)result->status);
    else if (!is_right_output(worker, job->data, size))
        complain(kind, result, "%zu bytes came, \"%.*s\"", worker->kept,
                 (int)(worker->kept < 100 ? worker->kept : 100), worker->output);
    else if (!result->attested)
        complain(kind, result, "not attested");
    else if (result->freshness != freshness)
        complain(kind, result, "wanted a %s box: %s",
                 dualpipe_freshness_name((enum dualpipe_freshness)freshness),
                 result->freshness_note);
}

static void run_one(struct worker *worker, unsigned kind, unsigned freshness)
{
    const struct soak_kind *job = &soak_kinds[kind];
    const size_t size = make_input(worker, job->data);
    const struct dualpipe_file file = {.name = "data", .data = worker->input, .size = size};
    const char *const argv[] = {paths[kind], job->argv[1], job->argv[2], job->argv[3], NULL};
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[512];
    const struct dualpipe_job asked = {
        .argv = argv,
        .policy = policy,
        .limits = job->limits,
        .standard_input = {.route = job->data == DATA_FILE ? DUALPIPE_ROUTE_DISCARD
                                                           : DUALPIPE_ROUTE_BUFFER,
                           .buffer = worker->input,
                           .buffer_size = size},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = worker->output,
                            .buffer_size = sizeof(worker->output),
                            .kept = &worker->kept},
        .standard_error = {.route = DUALPIPE_ROUTE_BUFFER,
                           .buffer = worker->errors,
                           .buffer_size = sizeof(worker->errors),
                           .kept = &worker->errors_kept},
        .files = &file,
        .file_count = job->data == DATA_FILE,
        .cancel_fd = job->is_cancelled ? &always : NULL,
    };
    int failed;

    for (unsigned tries = 1;; tries++) {
        failed = pools[freshness] ? dualpipe_pool_run(pools[freshness], &asked, &result, &error)
                                  : dualpipe_run(&asked, &result, &error);
        if (failed == 0 || !error.retryable || tries == TRIES)
            break;
        atomic_fetch_add(&faults, 1);
    }
    atomic_fetch_add(&runs, 1);
    atomic_fetch_add(&runs_of[kind], 1);
    if (failed < 0)
        complain(kind, &result, "%.200s", dualpipe_error_text(&error, text, sizeof(text)));
    else
        judge(worker, kind, size, freshness, &result);
}

static unsigned choose_kind(struct worker *worker)
{
    unsigned all = 0;
    unsigned at;
    unsigned kind = 0;

    for (unsigned i = 0; i < soak_kind_count; i++)
        all += soak_kinds[i].weight;
    at = (unsigned)(random_number(worker) % all);
    while (at >= soak_kinds[kind].weight)
        at -= soak_kinds[kind++].weight;
    return kind;
}

static void *work(void *argument)
{
    struct worker *worker = argument;

    while (!atomic_load(&is_over)) {
        const unsigned kind = choose_kind(worker);

        run_one(worker, kind, pool_numbers[random_number(worker) % pool_count]);
    }
    return NULL;
}

/* That of the tests of the pool: what it lets be left behind is in the IPC namespace. */
static void load_policy(void)
{
    static const char text[] = "use shell\n"
                               "allow shmget semget msgget mq_open mq_getsetattr\n"
                               "allow prlimit64\n";
    char path[] = "/tmp/dualpipe-soak-XXXXXX.policy";
    struct dualpipe_error error = {0};
    char words[512];
    const int fd = mkstemps(path, 7);

    if (fd < 0 || write(fd, text, sizeof(text) - 1) != sizeof(text) - 1)
        fail("cannot write %s", path);
    close(fd);
    if (dualpipe_policy_load(&policy, path, &error) < 0)
        fail("%s", dualpipe_error_text(&error, words, sizeof(words)));
    unlink(path);
}

/* Each freshness that this user can have, and new boxes. */
static void open_pools(void)
{
    for (unsigned level = DUALPIPE_FRESHNESS_NEW; level < POOLS; level++) {
        struct dualpipe_error error = {0};
        char text[512];

        if (level == DUALPIPE_FRESHNESS_VERIFIED && geteuid() != 0)
            continue; /* it takes a second user id */
        pool_numbers[pool_count++] = level;
        if (level == DUALPIPE_FRESHNESS_NEW)
            continue;
        if (dualpipe_pool_open(&pools[level],
                               &(struct dualpipe_pool_options){
                                   .freshness = (enum dualpipe_freshness)level, .policy = policy},
                               &error) < 0)
            fail("%s", dualpipe_error_text(&error, text, sizeof(text)));
    }
}

static void find_programs(void)
{
    for (unsigned i = 0; i < soak_kind_count; i++) {
        const char *name = soak_kinds[i].argv[0];

        snprintf(paths[i], sizeof(paths[i]), "%s", name[0] == '/' ? name : program(name));
        if (access(paths[i], X_OK) == 0)
            continue;
        printf("skipped: %s cannot be executed by this user\n", paths[i]);
        exit(77);
    }
}

/* Look at the figures at even times, and tell now and then. */
static void watch(struct figures *figures, int seconds)
{
    const int64_t began_us = now_us();
    const int64_t span_us = seconds * INT64_C(1000000);
    uint64_t before = 0;
    int64_t looked_us = began_us;

    for (int look = 1; look <= LOOKS; look++) {
        const int64_t due_us = began_us + span_us * look / LOOKS;
        int64_t values[FIGURE_COUNT];
        uint64_t now;
        int64_t left_us;

        while ((left_us = due_us - now_us()) > 0)
            usleep((useconds_t)(left_us < 200000 ? left_us : 200000));
        figures_look(values);
        now = atomic_load(&runs);
        values[FIGURE_RUNS] = (int64_t)(now - before) * 1000000 /
                              (now_us() - looked_us > 0 ? now_us() - looked_us : 1);
        before = now;
        looked_us = now_us();
        figures_add(figures, values);
        if (look % (LOOKS / 8) == 0) {
            printf("%5lld s %9llu runs %6llu wrong\n", (long long)(now_us() - began_us) / 1000000,
                   (unsigned long long)now, (unsigned long long)atomic_load(&wrong));
            fflush(stdout);
        }
    }
}

static void soak(struct figures *figures, int seconds, unsigned threads, uint64_t seed)
{
    struct worker *workers = calloc(threads, sizeof(*workers));

    if (!workers)
        fail("no memory");
    open_pools();
    for (unsigned i = 0; i < threads; i++) {
        workers[i].state = seed * UINT64_C(0x9e3779b97f4a7c15) + i + 1;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            fail("pthread_create");
    }
    watch(figures, seconds);
    atomic_store(&is_over, true);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(workers[i].thread, NULL);
    for (unsigned level = 0; level < POOLS; level++)
        dualpipe_pool_close(pools[level], DUALPIPE_POOL_DRAIN);
    free(workers);
}

static void print_kinds(void)
{
    for (unsigned i = 0; i < soak_kind_count; i++)
        printf("%-22s%14llu\n", soak_kinds[i].what, (unsigned long long)atomic_load(&runs_of[i]));
}

static void become_nobody(void)
{
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0 ||
                           prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0))
        fail("cannot become nobody");
}

struct orders {
    int seconds;
    unsigned threads;
    uint64_t seed;
};

static struct orders read_orders(int argc, char **argv)
{
    static const struct option options[] = {{"seconds", required_argument, NULL, 's'},
                                            {"threads", required_argument, NULL, 't'},
                                            {"seed", required_argument, NULL, 'r'},
                                            {"nobody", no_argument, NULL, 'n'},
                                            {NULL, 0, NULL, 0}};
    struct orders orders = {60, 8, (uint64_t)now_us()};
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 's')
            orders.seconds = atoi(optarg);
        else if (option == 't')
            orders.threads = (unsigned)atoi(optarg);
        else if (option == 'r')
            orders.seed = strtoull(optarg, NULL, 10);
        else if (option == 'n')
            become_nobody();
        else
            fail("soak [--seconds N] [--threads N] [--seed N] [--nobody]");
    }
    if (orders.seconds < 1 || orders.threads < 1 || orders.threads > THREADS_MAX)
        fail("--seconds from 1 on, --threads from 1 to %d", THREADS_MAX);
    return orders;
}

/* What this process had before there was a pool, and a moment for it to go. */
static unsigned what_is_left(const int64_t before[FIGURE_COUNT])
{
    static const enum figure kinds[] = {FIGURE_DESCRIPTORS, FIGURE_THREADS, FIGURE_PROCESSES,
                                        FIGURE_CGROUPS, FIGURE_MOUNTS};
    unsigned left = 0;

    for (int tries = 0; tries < 500; tries++) {
        int64_t after[FIGURE_COUNT];

        left = 0;
        figures_look(after);
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
            left += after[kinds[i]] != before[kinds[i]];
        if (left == 0)
            return 0;
        usleep(10000);
    }
    printf("LEFT BEHIND: %u kinds of things\n", left);
    return left;
}

static void *do_nothing(void *argument)
{
    return argument;
}

int main(int argc, char **argv)
{
    const struct orders orders = read_orders(argc, argv);
    struct figures figures = {0};
    int64_t before[FIGURE_COUNT];
    pthread_t thread;
    unsigned bad;

    find_programs();
    load_policy();
    always = eventfd(1, EFD_CLOEXEC);
    /* A sanitizer starts a thread of its own beside the first one of ours. */
    if (always < 0 || pthread_create(&thread, NULL, do_nothing, NULL) != 0)
        fail("cannot start");
    pthread_join(thread, NULL);
    figures_look(before);
    printf("seed %llu, %u threads, %d s\n", (unsigned long long)orders.seed, orders.threads,
           orders.seconds);
    fflush(stdout);
    soak(&figures, orders.seconds, orders.threads, orders.seed);
    print_kinds();
    bad = figures_compare(&figures) + what_is_left(before);
    printf("no verdict, and run again: %llu\n", (unsigned long long)atomic_load(&faults));
    printf("wrong verdicts: %llu in %llu runs\n", (unsigned long long)atomic_load(&wrong),
           (unsigned long long)atomic_load(&runs));
    figures_release(&figures);
    dualpipe_policy_free(policy);
    return atomic_load(&wrong) > 0 || bad > 0;
}
