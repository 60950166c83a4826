/* SPDX-License-Identifier: MIT */
/*
 * pool_host.c - hostile jobs in warm boxes: after each of them, twice in the
 * same box, the next target finds nothing of it. Then many runs, and nothing is
 * left behind. pool_host single-use|fresh|verified [RUNS [nobody]]
 */
#include "dualpipe.h"
#include "host.h"

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define SHELL(script)                                                                              \
    {                                                                                              \
        "/bin/sh", "-c", (script)                                                                  \
    }

struct hostile {
    const char *what;
    const char *argv[4];
    struct dualpipe_limits limits;
    uint32_t verdicts; /* that may come: bits */
};

#define MAY(verdict) (UINT32_C(1) << (verdict))
#define ENDS (MAY(DUALPIPE_OK) | MAY(DUALPIPE_NONZERO_EXIT))

/* A bare name is a program of the tests'. */
static const struct hostile jobs[] = {
    {"files left behind",
     SHELL("echo x >/box/file; mkdir -p /tmp/a/b/c; ln -s / /tmp/root; chmod 0 /tmp/a/b"),
     {0},
     MAY(DUALPIPE_OK)},
    {"daemons",
     SHELL("for i in 1 2 3; do setsid sleep 1000 >/dev/null 2>&1 & done; exit 0"),
     {0},
     MAY(DUALPIPE_OK)},
    {"a fork bomb",
     SHELL("f() { f | f & }; f; sleep 1000"),
     {.processes = 24, .wall_us = DUALPIPE_MILLISECONDS(300)},
     ENDS | MAY(DUALPIPE_WALL_LIMIT) | MAY(DUALPIPE_TIME_LIMIT)},
    {"a flood", SHELL("yes"), {.output_bytes = 1 << 20}, MAY(DUALPIPE_OUTPUT_LIMIT)},
    {"stopped processes",
     SHELL("sleep 1000 & kill -STOP $!; kill -STOP $$"),
     {.wall_us = DUALPIPE_MILLISECONDS(200)},
     MAY(DUALPIPE_WALL_LIMIT)},
    {"signals for all",
     SHELL("trap '' TERM; kill -TERM 1; kill -9 1; kill -STOP 1; kill -10 1; kill -9 -1"),
     {0},
     ENDS | MAY(DUALPIPE_SIGNALLED)},
    {"a full disk",
     SHELL("head -c 100000000 /dev/zero >/tmp/zeros; cp /tmp/zeros /box/zeros; exit 0"),
     {.disk_bytes = 1 << 20},
     ENDS | MAY(DUALPIPE_SIGNALLED)},
    {"a loop",
     SHELL("while :; do :; done"),
     {.cpu_us = 100000, .wall_us = DUALPIPE_SECONDS(60)},
     MAY(DUALPIPE_TIME_LIMIT)},
    {"all memory",
     {"spend-static", "memory-crash", "65536"},
     {.memory_bytes = 32 << 20},
     MAY(DUALPIPE_MEMORY_LIMIT)},
    {"a refused call", {"call", "number", "165"}, {0}, MAY(DUALPIPE_VIOLATION)},
    {"IPC objects", {"leave-behind", "ipc"}, {0}, MAY(DUALPIPE_OK)},
    {"a crash", {"end-static", "raise", "11"}, {0}, MAY(DUALPIPE_SIGNALLED)},
};

static struct dualpipe_pool *pool;
static enum dualpipe_freshness freshness;

static const char *path_of(const char *name)
{
    return name[0] == '/' ? name : program(name);
}

static struct dualpipe_result run(const char *what, const char *const *argv,
                                  const struct dualpipe_limits *limits, char *output, size_t size)
{
    const char *own[4] = {path_of(argv[0]), argv[1], argv[2], NULL};
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[512];

    memset(output, 0, size);
    if (dualpipe_pool_run(pool,
                          &(struct dualpipe_job){
                              .argv = own,
                              .limits = *limits,
                              .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                                                  .buffer = output,
                                                  .buffer_size = size - 1},
                              .standard_error.route = DUALPIPE_ROUTE_STDOUT,
                          },
                          &result, &error) < 0)
        fail("%s: %s", what, dualpipe_error_text(&error, text, sizeof(text)));
    if (result.freshness != freshness)
        fail("%s ran in a %s box: %s", what, dualpipe_freshness_name(result.freshness),
             result.freshness_note);
    if (!result.attested)
        fail("%s: not attested", what);
    return result;
}

static void look_for_traces(const char *what)
{
    static const char *const argv[] = {"leave-behind", "traces", NULL};
    static const struct dualpipe_limits none;
    char output[2048];
    const struct dualpipe_result result = run("traces", argv, &none, output, sizeof(output));

    if (result.verdict != DUALPIPE_OK)
        fail("after %s: %s: %s\n%s", what, dualpipe_verdict_name(result.verdict), result.reason,
             output);
}

static void run_hostile(const struct hostile *job)
{
    char output[4096];

    for (int times = 0; times < 2; times++) {
        const struct dualpipe_result result =
            run(job->what, job->argv, &job->limits, output, sizeof(output));

        if (!(MAY(result.verdict) & job->verdicts))
            fail("%s: %s: %s\n%s", job->what, dualpipe_verdict_name(result.verdict), result.reason,
                 output);
        look_for_traces(job->what);
    }
}

/* One more than the shell's: what it leaves behind is in the IPC namespace. */
static struct dualpipe_policy *load_policy(void)
{
    static const char text[] = "use shell\n"
                               "allow shmget semget msgget mq_open mq_getsetattr\n"
                               "allow prlimit64\n";
    char path[] = "/tmp/dualpipe-pool-XXXXXX.policy";
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_error error = {0};
    char words[512];
    int fd = mkstemps(path, 7);

    if (fd < 0 || write(fd, text, sizeof(text) - 1) != sizeof(text) - 1)
        fail("cannot write %s", path);
    close(fd);
    if (dualpipe_policy_load(&policy, path, &error) < 0)
        fail("%s", dualpipe_error_text(&error, words, sizeof(words)));
    unlink(path);
    return policy;
}

static int count_groups(void)
{
    glob_t found = {0};
    char pattern[128];
    int count = 0;

    snprintf(pattern, sizeof(pattern), "/sys/fs/cgroup/*/dualpipe.%d.*", (int)getpid());
    if (glob(pattern, 0, NULL, &found) == 0)
        count = (int)found.gl_pathc;
    globfree(&found);
    return count;
}

static int count_mounts(void)
{
    char text[4096];
    ssize_t got;
    int count = 0;
    int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

    while ((got = read(fd, text, sizeof(text))) > 0)
        for (ssize_t i = 0; i < got; i++)
            count += text[i] == '\n';
    close(fd);
    return count;
}

static void open_pool(const struct dualpipe_policy *policy, unsigned boxes)
{
    struct dualpipe_error error = {0};
    char text[512];

    if (dualpipe_pool_open(&pool,
                           &(struct dualpipe_pool_options){
                               .boxes = boxes, .freshness = freshness, .policy = policy},
                           &error) < 0)
        fail("%s", dualpipe_error_text(&error, text, sizeof(text)));
}

static void run_often(int runs)
{
    static const char *const argv[] = {"end-static", "exit", "3", NULL};
    static const struct dualpipe_limits none;
    char output[16];
    int descriptors = 0;

    for (int i = 0; i < runs; i++) {
        const struct dualpipe_result result = run("exit", argv, &none, output, sizeof(output));

        if (result.verdict != DUALPIPE_NONZERO_EXIT || WEXITSTATUS(result.status) != 3)
            fail("run %d: %s", i, result.reason);
        if (i == 10)
            descriptors = entries_of("/proc/self/fd");
    }
    /* The next box may be half made. */
    if (runs > 10 && entries_of("/proc/self/fd") > descriptors + 64)
        fail("descriptors: %d, were %d", entries_of("/proc/self/fd"), descriptors);
}

/* Four threads with jobs of their own, one that hands in, one that cancels now and
 * then, and this one, which takes results. */
static void *hand_in(void *argument)
{
    static const char *sleeper[] = {"/bin/sleep", "0.01", NULL};

    for (size_t i = 0; i < (size_t)argument; i++) {
        const int result = dualpipe_pool_submit(pool, &(struct dualpipe_job){.argv = sleeper},
                                                (void *)i, DUALPIPE_SECONDS(60));

        if (result < 0)
            fail("submit: %d", result);
        if (i % 10 == 9 && dualpipe_pool_cancel(pool) < 0)
            fail("cancel");
    }
    return NULL;
}

static void *call_and_be_cancelled(void *argument)
{
    static const char *const argv[] = {"/bin/true", NULL};

    for (size_t i = 0; i < (size_t)argument; i++) {
        struct dualpipe_result result = {0};

        if (dualpipe_pool_run(pool, &(struct dualpipe_job){.argv = argv}, &result, NULL) < 0 ||
            (result.verdict != DUALPIPE_OK && result.verdict != DUALPIPE_CANCELLED))
            fail("among threads: %s", result.reason);
    }
    return NULL;
}

static void run_in_threads(const struct dualpipe_policy *policy, size_t runs)
{
    pthread_t threads[5];

    open_pool(policy, 2);
    for (size_t i = 0; i < 5; i++)
        if (pthread_create(&threads[i], NULL, i == 0 ? hand_in : call_and_be_cancelled,
                           (void *)runs) != 0)
            fail("pthread_create");
    for (size_t i = 0; i < runs; i++) {
        struct dualpipe_result result = {0};

        if (dualpipe_pool_next(pool, &result, NULL, DUALPIPE_SECONDS(60)) < 0 ||
            (result.verdict != DUALPIPE_OK && result.verdict != DUALPIPE_CANCELLED))
            fail("result %zu: %s", i, result.reason);
    }
    for (size_t i = 0; i < 5; i++)
        pthread_join(threads[i], NULL);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
}

static enum dualpipe_freshness freshness_of(const char *name)
{
    for (int i = DUALPIPE_FRESHNESS_SINGLE_USE; i < DUALPIPE_FRESHNESS_COUNT; i++)
        if (name && strcmp(name, dualpipe_freshness_name((enum dualpipe_freshness)i)) == 0)
            return (enum dualpipe_freshness)i;
    fail("pool_host single-use|fresh|verified [RUNS]");
}

static void *do_nothing(void *argument)
{
    return argument;
}

/* A sanitizer starts a thread of its own beside the first one of ours. */
static int count_threads(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, do_nothing, NULL) != 0)
        fail("pthread_create");
    pthread_join(thread, NULL);
    usleep(20000);
    return entries_of("/proc/self/task");
}

/* A second user id is not to be had everywhere, but where it was given. */
static bool can_be_had(const struct dualpipe_policy *policy)
{
    const struct dualpipe_pool_options options = {
        .boxes = 1, .freshness = freshness, .policy = policy};
    struct dualpipe_pool *own = NULL;
    struct dualpipe_error error = {0};
    char text[512];

    if (freshness != DUALPIPE_FRESHNESS_VERIFIED || geteuid() == 0)
        return true;
    if (dualpipe_pool_open(&own, &options, &error) == 0) {
        dualpipe_pool_close(own, DUALPIPE_POOL_CANCEL);
        return true;
    }
    if (error.errnum != EPERM || getenv("DUALPIPE_TEST_SECOND_UID"))
        fail("verified: %s", dualpipe_error_text(&error, text, sizeof(text)));
    printf("skipped: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
    return false;
}

static int test(int argc, char **argv)
{
    const int descriptors = entries_of("/proc/self/fd");
    const int threads = count_threads();
    const int mounts = count_mounts();
    struct dualpipe_policy *policy;

    freshness = freshness_of(argv[1]);
    policy = load_policy();
    if (!can_be_had(policy)) {
        dualpipe_policy_free(policy);
        return 77;
    }
    open_pool(policy, 1);
    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++)
        run_hostile(&jobs[i]);
    run_often(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 100);
    dualpipe_pool_close(pool, DUALPIPE_POOL_DRAIN);
    run_in_threads(policy, 40);
    dualpipe_policy_free(policy);
    expect_nothing_left(descriptors, threads);
    if (count_mounts() != mounts)
        fail("mounts: %d, were %d", count_mounts(), mounts);
    if (count_groups() != 0)
        fail("%d cgroups are left", count_groups());
    printf("nothing left\n");
    return 0;
}

/* An ordinary user; its own /proc is its own again. */
static void become_nobody(void)
{
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0 ||
                           prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0))
        fail("cannot become nobody");
    if (access(program("noop"), X_OK) == 0)
        return;
    printf("skipped: nobody may not read where this was built\n");
    exit(77);
}

int main(int argc, char **argv)
{
    if (argc > 3)
        become_nobody();
    return test(argc, argv);
}
