/* SPDX-License-Identifier: MIT */
/*
 * scarce_host.c - a host with many threads whose limits on processes and descriptors
 * move up and down under it. What fails for that is said to be a shortage; and no
 * thread's descriptors are touched by what fails: each has some of its own, and looks
 * whether they are still the ones that it opened.
 * scarce_host single-use|fresh|verified [SECONDS]
 */
#include "dualpipe.h"
#include "host.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define TOP "/sys/fs/cgroup/pids"
#define CANARY "the target ran"
#define RUNNERS 3
#define WATCHERS 3
#define WATCHED 8
/* What the threads of this program alone take, and what a few boxes take beyond. */
#define PROCESSES_LEAST 8
#define PROCESSES_RANGE 40
#define DESCRIPTORS_LEAST 20
#define DESCRIPTORS_RANGE 200

static const char *target[2];
static struct dualpipe_policy *native;
static struct dualpipe_pool *pool;
static atomic_bool stop;
static atomic_int fine, short_of_something;
static char group[128];
static int bystander; /* a pidfd: who is signalled by mistake would be this one */

static unsigned next(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 8;
}

static void nap(long ns)
{
    nanosleep(&(struct timespec){.tv_nsec = ns}, NULL);
}

static bool write_to(const char *directory, const char *name, const char *text)
{
    char path[256];
    bool is_written;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    fd = open(path, O_WRONLY | O_CLOEXEC);
    is_written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return is_written;
}

static struct dualpipe_job job_of(char *output, size_t size)
{
    return (struct dualpipe_job){
        .argv = target,
        .policy = native,
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER, .buffer = output, .buffer_size = size},
    };
}

/* Returns whether it ran. */
static bool check_run(bool in_pool)
{
    char output[64] = "";
    const struct dualpipe_job job = job_of(output, sizeof(output) - 1);
    struct dualpipe_result result = {.size = sizeof(result)};
    struct dualpipe_error error = {.size = sizeof(error)};
    char text[512];

    if ((in_pool ? dualpipe_pool_run(pool, &job, &result, &error)
                 : dualpipe_run(&job, &result, &error)) < 0) {
        if (!error.retryable)
            fail("no shortage: %s", dualpipe_error_text(&error, text, sizeof(text)));
        return false;
    }
    if (result.verdict != DUALPIPE_OK || strcmp(output, CANARY) != 0)
        fail("%s: %s: '%s'", dualpipe_verdict_name(result.verdict), result.reason, output);
    return true;
}

static void *run(void *argument)
{
    const bool in_pool = (size_t)argument > 0;

    while (!atomic_load(&stop)) {
        if (check_run(in_pool))
            atomic_fetch_add(&fine, 1);
        else
            atomic_fetch_add(&short_of_something, 1);
    }
    return NULL;
}

/* A descriptor of its own: a pipe's end, or another number of the bystander's. */
static int open_one(unsigned *state)
{
    int ends[2];

    if (next(state) % 3 == 0)
        return fcntl(bystander, F_DUPFD_CLOEXEC, 0);
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    close(ends[1]);
    return ends[0];
}

/* They come and go at numbers that the library has had, and would have next. */
static void *watch(void *argument)
{
    unsigned state = (unsigned)(size_t)argument;
    int fds[WATCHED];
    struct stat was[WATCHED];

    while (!atomic_load(&stop)) {
        for (int i = 0; i < WATCHED; i++) {
            fds[i] = open_one(&state);
            if (fds[i] >= 0 && fstat(fds[i], &was[i]) != 0)
                fail("descriptor %d was closed at once", fds[i]);
        }
        nap(next(&state) % 300000);
        for (int i = 0; i < WATCHED; i++) {
            struct stat is;

            if (fds[i] < 0)
                continue;
            if (fstat(fds[i], &is) != 0)
                fail("descriptor %d was closed", fds[i]);
            if (is.st_dev != was[i].st_dev || is.st_ino != was[i].st_ino)
                fail("descriptor %d is another file", fds[i]);
            if (close(fds[i]) != 0)
                fail("descriptor %d was closed before us", fds[i]);
        }
    }
    return NULL;
}

static void limit_descriptors(rlim_t count)
{
    struct rlimit limit;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* One of both at a time, or neither. */
static void *squeeze(void *argument)
{
    unsigned state = (unsigned)(size_t)argument;

    while (!atomic_load(&stop)) {
        char count[16];

        snprintf(count, sizeof(count), "%u", PROCESSES_LEAST + next(&state) % PROCESSES_RANGE);
        if (next(&state) % 2)
            write_to(group, "pids.max", count); /* or there is no descriptor for it */
        else
            limit_descriptors(DESCRIPTORS_LEAST + next(&state) % DESCRIPTORS_RANGE);
        nap(2000000 + next(&state) % 4000000);
        if (next(&state) % 3 > 0)
            continue;
        limit_descriptors(RLIM_INFINITY);
        write_to(group, "pids.max", "max");
        nap(5000000);
    }
    limit_descriptors(RLIM_INFINITY);
    write_to(group, "pids.max", "max");
    return NULL;
}

/* The group is the parent's, who is not in it and removes it. */
static int run_in_group(int (*begin)(char **argv), char **argv)
{
    int status = 1;
    pid_t child;

    snprintf(group, sizeof(group), TOP "/dualpipe-scarce-host-%d", (int)getpid());
    if (geteuid() != 0 || mkdir(group, 0700) != 0) {
        printf("skipped: no pids controller of cgroup v1 is ours\n");
        return 77;
    }
    child = fork();
    if (child == 0)
        _exit(write_to(group, "cgroup.procs", "0") ? begin(argv) : 1);
    waitpid(child, &status, 0);
    for (int i = 0; i < 5000 && rmdir(group) != 0; i++)
        nap(1000000);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void use(int seconds)
{
    pthread_t threads[RUNNERS + WATCHERS + 1];
    unsigned count = 0;

    for (size_t i = 0; i < RUNNERS; i++)
        pthread_create(&threads[count++], NULL, run, (void *)i);
    for (size_t i = 0; i < WATCHERS; i++)
        pthread_create(&threads[count++], NULL, watch, (void *)(i + 1));
    pthread_create(&threads[count++], NULL, squeeze, (void *)(size_t)7);
    sleep((unsigned)seconds);
    atomic_store(&stop, true);
    while (count > 0)
        pthread_join(threads[--count], NULL);
}

static enum dualpipe_freshness freshness_named(const char *name)
{
    for (int level = 1; level < DUALPIPE_FRESHNESS_COUNT; level++)
        if (strcmp(dualpipe_freshness_name((enum dualpipe_freshness)level), name) == 0)
            return (enum dualpipe_freshness)level;
    fail("no such freshness: %s", name);
}

static pid_t start_bystander(void)
{
    const pid_t child = fork();

    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    bystander = (int)syscall(SYS_pidfd_open, child, 0);
    if (bystander < 0)
        fail("pidfd_open: %s", strerror(errno));
    return child;
}

static void end_bystander(pid_t child)
{
    siginfo_t info = {0};

    if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0)
        fail("the bystander was ended");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(bystander);
}

static void *tell_number(void *number)
{
    *(pid_t *)number = gettid();
    return NULL;
}

/* A sanitizer has a thread of its own from the first one on. Ours is gone some time after
 * it was joined. */
static int count_threads(void)
{
    pthread_t thread;
    char path[64];
    pid_t number;

    if (pthread_create(&thread, NULL, tell_number, &number) != 0)
        fail("pthread_create");
    pthread_join(thread, NULL);
    snprintf(path, sizeof(path), "/proc/self/task/%d", (int)number);
    while (access(path, F_OK) == 0)
        nap(100000);
    return entries_of("/proc/self/task");
}

static int stress(char **argv)
{
    struct dualpipe_pool_options options = {.size = sizeof(options), .boxes = 3};
    struct dualpipe_error error = {.size = sizeof(error)};
    const int threads = count_threads();
    const int descriptors = entries_of("/proc/self/fd");
    const pid_t child = start_bystander();

    target[0] = program("say");
    if (dualpipe_policy_load(&native, "native", &error) < 0)
        fail("native: %s", error.subject);
    options.policy = native;
    options.freshness = freshness_named(argv[1]);
    if (dualpipe_pool_open(&pool, &options, &error) < 0)
        fail("pool: %s", error.subject);
    use(argv[2] ? atoi(argv[2]) : 3);
    for (int i = 0; i < 10; i++)
        if (!check_run(true))
            fail("the pool does not recover");
    end_bystander(child);
    dualpipe_pool_close(pool, DUALPIPE_POOL_CANCEL);
    dualpipe_policy_free(native);
    expect_nothing_left(descriptors, threads);
    dprintf(1, "%s: %d ran, %d did not for a shortage\n", argv[1], fine, short_of_something);
    return fine > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        fail("usage: scarce_host single-use|fresh|verified [SECONDS]");
    return run_in_group(stress, argv);
}
