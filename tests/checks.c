/* SPDX-License-Identifier: MIT */
/* checks.c - see checks.h. */
#include "checks.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct state {
    int descriptors;
    int threads;
    int mounts;
};

static struct state at_begin;
static struct dualpipe_policy *native;

int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int entries_of(const char *path)
{
    DIR *directory = opendir(path);
    int count = 0;

    cr_assert(directory, "cannot open %s", path);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static int lines_of(const char *path)
{
    FILE *file = fopen(path, "re");
    int count = 0;
    int byte;

    cr_assert(file, "cannot open %s", path);
    while ((byte = getc(file)) != EOF)
        count += byte == '\n';
    fclose(file);
    return count;
}

static struct state take_state(void)
{
    return (struct state){
        .descriptors = entries_of("/proc/self/fd"),
        .threads = entries_of("/proc/self/task"),
        .mounts = lines_of("/proc/self/mountinfo"),
    };
}

void checks_begin(void)
{
    at_begin = take_state();
}

/* A joined thread may be seen in /proc for an instant longer. */
static struct state settled_state(void)
{
    const int64_t deadline = now_us() + DUALPIPE_SECONDS(5);
    struct state state;

    do {
        state = take_state();
        if (memcmp(&state, &at_begin, sizeof(state)) == 0)
            break;
        usleep(1000);
    } while (now_us() < deadline);
    return state;
}

void checks_end(void)
{
    struct state state;
    siginfo_t child = {0};

    dualpipe_policy_free(native);
    native = NULL;
    state = settled_state();
    cr_assert_eq(state.descriptors, at_begin.descriptors, "%d descriptors before, %d after",
                 at_begin.descriptors, state.descriptors);
    cr_assert_eq(state.threads, at_begin.threads, "%d threads before, %d after", at_begin.threads,
                 state.threads);
    cr_assert_eq(state.mounts, at_begin.mounts, "%d mounts before, %d after", at_begin.mounts,
                 state.mounts);
    cr_assert(waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WALL) == -1 &&
                  errno == ECHILD,
              "a child is left: %d", (int)child.si_pid);
}

static void fail_with(const char *what, const struct dualpipe_error *error)
{
    char text[512];

    cr_assert_fail("%s: %s", what, dualpipe_error_text(error, text, sizeof(text)));
}

const struct dualpipe_policy *native_policy(void)
{
    struct dualpipe_error error = {0};

    if (!native && dualpipe_policy_load(&native, "native", &error) < 0)
        fail_with("cannot load the policy", &error);
    return native;
}

struct dualpipe *open_job(const struct dualpipe_job *job)
{
    struct dualpipe_error error = {0};
    struct dualpipe *pipe = NULL;

    if (dualpipe_open(&pipe, job, &error) < 0)
        fail_with("cannot open", &error);
    cr_assert(pipe);
    return pipe;
}

struct dualpipe *open_program(const char *const *argv)
{
    return open_job(&(struct dualpipe_job){
        .argv = argv,
        .policy = native_policy(),
        .limits.wall_us = DUALPIPE_SECONDS(60),
    });
}

struct dualpipe *open_function(dualpipe_function *function, void *argument)
{
    return open_job(&(struct dualpipe_job){
        .function = function,
        .argument = argument,
        .limits.wall_us = DUALPIPE_SECONDS(60),
    });
}

struct dualpipe_result close_as(struct dualpipe *pipe, enum dualpipe_verdict verdict)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};

    if (dualpipe_close_error(pipe, &result, &error) < 0)
        fail_with("cannot close", &error);
    cr_assert_eq(result.verdict, verdict, "%s expected, got %s: %s", dualpipe_verdict_name(verdict),
                 dualpipe_verdict_name(result.verdict), result.reason);
    return result;
}

struct dualpipe_result run_job(const struct dualpipe_job *job)
{
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};

    if (dualpipe_run(job, &result, &error) < 0)
        fail_with("cannot run", &error);
    return result;
}

size_t read_all(struct dualpipe *pipe, char *buffer, size_t size)
{
    size_t total = 0;
    ssize_t got;
    char more;

    while (total < size &&
           (got = dualpipe_read(pipe, buffer + total, size - total, LONG_US)) != 0) {
        cr_assert_gt(got, 0, "read: %s", strerror((int)-got));
        total += (size_t)got;
    }
    if (total == size)
        cr_assert_eq(dualpipe_read(pipe, &more, 1, LONG_US), 0, "more than %zu bytes", size);
    return total;
}

void expect_line(struct dualpipe *pipe, const char *line)
{
    char got[256];
    const ssize_t length = dualpipe_readline(pipe, got, sizeof(got), LONG_US);

    cr_assert_gt(length, 0, "no line: %s", strerror((int)-length));
    cr_assert_str_eq(got, line);
}
