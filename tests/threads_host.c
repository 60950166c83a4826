/* SPDX-License-Identifier: MIT */
/*
 * threads_host.c - a host with many threads: eight that allocate and free all
 * the time, and four that make 2,000 runs among them. Between clone and exec a
 * lock of the allocator's would be held by a thread that is not there.
 */
#include "dualpipe.h"
#include "host.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#define ALLOCATORS 8
#define RUNNERS 4
#define LONG_US DUALPIPE_SECONDS(60)

static struct dualpipe_policy *native;
static atomic_bool stop;
static int runs_each = 500;

/* Allocates and frees in bursts, with naps between: the runs need the CPUs too. */
static void *allocate(void *argument)
{
    unsigned state = (unsigned)(size_t)argument;
    void *kept[64] = {0};

    while (!atomic_load(&stop)) {
        for (int i = 0; i < 2000; i++) {
            state = state * 1664525U + 1013904223U;
            free(kept[state >> 26]);
            kept[state >> 26] = malloc(1 + (state >> 8) % 5000);
        }
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    for (int i = 0; i < 64; i++)
        free(kept[i]);
    return NULL;
}

static int shout(void *argument)
{
    char byte;

    (void)argument;
    while (read(0, &byte, 1) == 1) {
        byte = (char)(byte - 'a' + 'A');
        if (write(1, &byte, 1) != 1)
            return 1;
    }
    return 7;
}

static void talk_to_function(int number)
{
    const char byte = (char)('a' + number % 26);
    struct dualpipe *pipe = NULL;
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[512];
    char answer = 0;

    if (dualpipe_open(&pipe, &(struct dualpipe_job){.function = shout}, &error) < 0)
        fail("open: %s", dualpipe_error_text(&error, text, sizeof(text)));
    if (dualpipe_write(pipe, &byte, 1, LONG_US, NULL) < 0 ||
        dualpipe_read(pipe, &answer, 1, LONG_US) != 1 || answer != byte - 'a' + 'A')
        fail("wrong answer: %d", answer);
    if (dualpipe_close_error(pipe, &result, &error) < 0)
        fail("close: %s", dualpipe_error_text(&error, text, sizeof(text)));
    if (result.verdict != DUALPIPE_NONZERO_EXIT || WEXITSTATUS(result.status) != 7)
        fail("function: %s", result.reason);
}

struct row {
    const char *argv[4];
    enum dualpipe_verdict verdict;
    int status;
};

/* main() puts the paths in before there is a thread. */
static struct row rows[] = {
    {{"noop"}, DUALPIPE_OK, 0},
    {{"end-static", "exit", "3"}, DUALPIPE_NONZERO_EXIT, 3 << 8},
    {{"end", "raise", "11"}, DUALPIPE_SIGNALLED, 11},
    {{"call", "number", "41"}, DUALPIPE_VIOLATION, 9},
};

static void run_program(int number)
{
    const struct row *row = &rows[number / 2 % 4];
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[512];

    if (dualpipe_run(
            &(struct dualpipe_job){.argv = row->argv, .policy = native, .limits.wall_us = LONG_US},
            &result, &error) < 0)
        fail("run: %s", dualpipe_error_text(&error, text, sizeof(text)));
    if (result.verdict != row->verdict || (result.status & 0xff7f) != row->status)
        fail("%s %s: %s", row->argv[0], row->argv[1] ? row->argv[1] : "", result.reason);
}

static void *make_runs(void *argument)
{
    for (int i = 0; i < runs_each; i++) {
        if (i % 2)
            talk_to_function(i);
        else
            run_program(i);
    }
    return argument;
}

static void *do_nothing(void *unused)
{
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t allocators[ALLOCATORS];
    pthread_t runners[RUNNERS];
    int descriptors;
    int threads;

    /* ThreadSanitizer starts a thread of its own with the first one. */
    if (pthread_create(&runners[0], NULL, do_nothing, NULL) != 0 ||
        pthread_join(runners[0], NULL) != 0)
        fail("pthread_create");
    descriptors = entries_of("/proc/self/fd");
    threads = entries_of("/proc/self/task");
    for (int i = 0; i < 4; i++)
        rows[i].argv[0] = program(rows[i].argv[0]);
    if (argc > 1)
        runs_each = (int)strtol(argv[1], NULL, 10) / RUNNERS;
    if (dualpipe_policy_load(&native, "native", NULL) < 0)
        fail("no policy");
    for (size_t i = 0; i < ALLOCATORS; i++)
        if (pthread_create(&allocators[i], NULL, allocate, (void *)(i + 1)) != 0)
            fail("pthread_create");
    for (int i = 0; i < RUNNERS; i++)
        if (pthread_create(&runners[i], NULL, make_runs, NULL) != 0)
            fail("pthread_create");
    for (int i = 0; i < RUNNERS; i++)
        pthread_join(runners[i], NULL);
    atomic_store(&stop, true);
    for (int i = 0; i < ALLOCATORS; i++)
        pthread_join(allocators[i], NULL);
    dualpipe_policy_free(native);
    expect_nothing_left(descriptors, threads);
    printf("%d runs\n", runs_each * RUNNERS);
    return 0;
}
