/* SPDX-License-Identifier: MIT */
/*
 * odd_host.c - hosts in odd states, each of which makes runs that must go as
 * ever. Plain, without Criterion, which needs its own descriptors and signals.
 */
#include "dualpipe.h"
#include "host.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define LONG_US DUALPIPE_SECONDS(20)

static struct dualpipe_policy *native;

static const char *words_of(const struct dualpipe_error *error)
{
    static char text[512];

    return dualpipe_error_text(error, text, sizeof(text));
}

static void load_policy(void)
{
    struct dualpipe_error error = {0};

    if (dualpipe_policy_load(&native, "native", &error) < 0)
        fail("policy: %s", words_of(&error));
}

static int echo(void *argument)
{
    char piece[256];
    ssize_t got;

    (void)argument;
    while ((got = read(0, piece, sizeof(piece))) > 0)
        if (write(1, piece, (size_t)got) != got)
            return 1;
    return 0;
}

static void talk(const struct dualpipe_job *job)
{
    struct dualpipe *pipe = NULL;
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char line[32] = "";

    if (dualpipe_open(&pipe, job, &error) < 0)
        fail("open: %s", words_of(&error));
    if (dualpipe_write(pipe, "a line\n", 7, LONG_US, NULL) != 0)
        fail("write failed");
    if (dualpipe_readline(pipe, line, sizeof(line), LONG_US) != 7 || strcmp(line, "a line\n") != 0)
        fail("readline failed: \"%s\"", line);
    if (dualpipe_close_error(pipe, &result, &error) < 0)
        fail("close: %s", words_of(&error));
    if (result.verdict != DUALPIPE_OK)
        fail("wrong verdict: %s", result.reason);
}

static void run(const char *const *argv, enum dualpipe_verdict verdict)
{
    char output[4096] = "";
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    const struct dualpipe_job job = {
        .argv = argv,
        .policy = native,
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = output,
                            .buffer_size = sizeof(output) - 1},
    };

    if (dualpipe_run(&job, &result, &error) < 0)
        fail("run: %s", words_of(&error));
    if (result.verdict != verdict)
        fail("%s expected: %s; %s", dualpipe_verdict_name(verdict), result.reason, output);
}

/* A function, a program, talk and a run in one call; the target looks for
 * descriptors that it should not have. */
static void use_all(void)
{
    talk(&(struct dualpipe_job){.function = echo});
    talk(&(struct dualpipe_job){.argv = ARGV(program("talk"), "echo"), .policy = native});
    run(ARGV(program("attack"), "descriptors"), DUALPIPE_OK);
    run(ARGV(program("end"), "exit", "3"), DUALPIPE_NONZERO_EXIT);
    run(ARGV(program("end"), "raise", "15"), DUALPIPE_SIGNALLED);
}

static void use_all_and_count(void)
{
    const int descriptors = entries_of("/proc/self/fd");
    const int threads = entries_of("/proc/self/task");

    for (int i = 0; i < 5; i++)
        use_all();
    expect_nothing_left(descriptors, threads);
}

static void expect_closed(int set)
{
    for (int fd = 0; fd < 3; fd++)
        if ((set >> fd & 1) && fcntl(fd, F_GETFD) != -1)
            fail("descriptor %d was closed and is open", fd);
}

/* A file that is looked at meanwhile may have such a number for a moment, and no longer. */
static void expect_closed_soon(int set)
{
    for (int fd = 0; fd < 3; fd++)
        for (int i = 0; (set >> fd & 1) && fcntl(fd, F_GETFD) != -1; i++) {
            if (i == 1000)
                fail("descriptor %d was closed and stays open", fd);
            usleep(1000);
        }
}

/* What the host may open there at any time must not be the library's meanwhile. */
static void expect_closed_during_a_run(int set)
{
    const struct dualpipe_job job = {.argv = ARGV(program("talk"), "echo"), .policy = native};
    struct dualpipe_error error = {0};
    struct dualpipe *pipe;

    if (dualpipe_open(&pipe, &job, &error) < 0)
        fail("open: %s", words_of(&error));
    expect_closed_soon(set);
    dualpipe_close(pipe, NULL);
}

static void closed_streams(void)
{
    complaints = fcntl(2, F_DUPFD_CLOEXEC, 50);
    for (int set = 1; set < 8; set++) { /* every combination of the three */
        const pid_t pid = fork();
        int status;

        if (pid == 0) {
            for (int fd = 0; fd < 3; fd++)
                if (set >> fd & 1)
                    close(fd);
            use_all_and_count();
            expect_closed(set);
            expect_closed_during_a_run(set);
            _exit(0);
        }
        if (waitpid(pid, &status, 0) != pid || status != 0)
            fail("with the set %d closed", set);
    }
}

static void ignored_sigchld(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN, .sa_flags = SA_NOCLDWAIT};

    signal(SIGCHLD, SIG_IGN);
    use_all_and_count();
    sigaction(SIGCHLD, &action, NULL);
    use_all_and_count();
}

static volatile sig_atomic_t sigchlds;

static void reap_all(int number)
{
    const int saved = errno;

    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        sigchlds = sigchlds + 1;
    errno = saved;
}

/* A host that reaps whatever it can finds nothing of ours. */
static void greedy_sigchld(void)
{
    struct sigaction action = {.sa_handler = reap_all};

    sigaction(SIGCHLD, &action, NULL);
    use_all_and_count();
    if (sigchlds != 0)
        fail("%d of the library's children were seen", (int)sigchlds);
}

static void blocked_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    use_all_and_count();
}

static void ignored_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_IGN);
    use_all_and_count();
}

static void many_descriptors(void)
{
    struct rlimit limit;
    int fd = -1;

    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 5100) {
        printf("skipped: RLIMIT_NOFILE is %lu\n", (unsigned long)limit.rlim_cur);
        exit(77);
    }
    while (fd < 5050) { /* not close-on-exec, every second one a pipe that is open */
        int ends[2];

        if (pipe(ends) != 0)
            fail("pipe: %s", strerror(errno));
        fd = ends[1];
    }
    use_all_and_count();
}

static void leaky(void)
{
    for (int i = 0; i < 200; i++)
        if (open("/etc/passwd", O_RDONLY) < 0)
            fail("open: %s", strerror(errno));
    use_all_and_count();
}

/* Too few descriptors for a box: an error each time, and nothing kept. */
static void few_descriptors(void)
{
    const int descriptors = entries_of("/proc/self/fd");
    const int threads = entries_of("/proc/self/task");
    struct rlimit limit;
    rlim_t before;

    getrlimit(RLIMIT_NOFILE, &limit);
    before = limit.rlim_cur;
    for (rlim_t few = 4; few < 24; few++) {
        struct dualpipe *pipe;
        struct dualpipe_error error = {0};
        const struct dualpipe_job job = {.argv = ARGV(program("talk"), "echo"), .policy = native};
        int result;

        limit.rlim_cur = few;
        setrlimit(RLIMIT_NOFILE, &limit);
        result = dualpipe_open(&pipe, &job, &error);
        limit.rlim_cur = before;
        setrlimit(RLIMIT_NOFILE, &limit);
        if (result == 0)
            dualpipe_close(pipe, NULL);
        else if (result != -EMFILE)
            fail("with %d descriptors: %d, %s", (int)few, result, words_of(&error));
    }
    expect_nothing_left(descriptors, threads);
    use_all_and_count();
}

/* Hard limits that the host cannot raise again, as services and containers have
 * them: stricter is what the target gets, and it runs. */
static void low_limits(void)
{
    static const struct {
        int resource;
        rlim_t value;
    } limits[] = {
        {RLIMIT_CORE, 0},         {RLIMIT_CPU, 30},        {RLIMIT_MEMLOCK, 0},
        {RLIMIT_NOFILE, 128},     {RLIMIT_STACK, 1 << 22}, {RLIMIT_FSIZE, 1 << 20},
        {RLIMIT_MSGQUEUE, 0},     {RLIMIT_NICE, 0},        {RLIMIT_RTPRIO, 0},
        {RLIMIT_SIGPENDING, 100},
#ifndef __SANITIZE_ADDRESS__ /* which needs terabytes of address space itself */
        {RLIMIT_DATA, 1 << 28},
#endif
    };

    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        const struct rlimit limit = {limits[i].value, limits[i].value};

        if (setrlimit((__rlimit_resource_t)limits[i].resource, &limit) != 0)
            fail("setrlimit: %s", strerror(errno));
        use_all_and_count();
    }
}

static void deleted_directory(void)
{
    char path[] = "/tmp/dualpipe-test-XXXXXX";

    if (!mkdtemp(path) || chdir(path) != 0 || rmdir(path) != 0)
        fail("%s: %s", path, strerror(errno));
    use_all_and_count();
}

/* The host's own things stay as they were. */
static void unchanged(void)
{
    char before[4096];
    char after[4096];
    struct sigaction actions[32];
    sigset_t mask_before;
    sigset_t mask_after;

    umask(027);
    for (int number = 1; number < 32; number++)
        sigaction(number, NULL, &actions[number]);
    sigprocmask(SIG_BLOCK, NULL, &mask_before);
    if (!getcwd(before, sizeof(before)))
        fail("getcwd: %s", strerror(errno));
    use_all_and_count();
    sigprocmask(SIG_BLOCK, NULL, &mask_after);
    if (!getcwd(after, sizeof(after)) || strcmp(before, after) != 0)
        fail("the working directory was changed");
    if (umask(0) != 027)
        fail("the umask was changed");
    if (memcmp(&mask_before, &mask_after, sizeof(mask_before)) != 0)
        fail("the signal mask was changed");
    for (int number = 1; number < 32; number++) {
        struct sigaction action;

        sigaction(number, NULL, &action);
        if (action.sa_handler != actions[number].sa_handler)
            fail("the handler of signal %d was changed", number);
    }
}

/* A child of the host's own, forked while a handle is open, keeps nothing going:
 * the box ends with the handle, and the host's wait() finds its own child. */
static void forking_host(void)
{
    struct dualpipe *pipe = NULL;
    struct dualpipe_result result = {0};
    pid_t pid;
    int status;

    if (dualpipe_open(&pipe, &(struct dualpipe_job){.function = echo}, NULL) < 0)
        fail("cannot open");
    pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    if (waitpid(-1, &status, WNOHANG) != 0)
        fail("a child that is not the host's was waited for");
    dualpipe_kill(pipe); /* the child holds the input's end: it would not see its end */
    if (dualpipe_close(pipe, &result) < 0)
        fail("close failed");
    kill(pid, SIGKILL);
    if (wait(&status) != pid || has_child())
        fail("the host's own child is not there");
}

static int inheritable_descriptors(void)
{
    int count = 0;

    for (int fd = 0; fd < 1024; fd++) {
        const int flags = fcntl(fd, F_GETFD);

        count += flags != -1 && !(flags & FD_CLOEXEC);
    }
    return count;
}

/* Programs that the host starts meanwhile inherit nothing of the library's: the
 * target sees the end of its input though one of them lives. */
static void spawning_host(void)
{
    const int before = inheritable_descriptors();
    struct dualpipe *pipe = NULL;
    struct dualpipe_result result = {0};
    char data[8];
    pid_t pid;

    if (dualpipe_open(&pipe, &(struct dualpipe_job){.function = echo}, NULL) < 0)
        fail("cannot open");
    if (dualpipe_descriptor(pipe) < 0 || inheritable_descriptors() != before)
        fail("a program of the host's would inherit a descriptor");
    pid = fork();
    if (pid == 0) {
        execl(program("spend"), "spend", "sleep", NULL);
        _exit(1);
    }
    dualpipe_end_input(pipe);
    if (dualpipe_read(pipe, data, sizeof(data), LONG_US) != 0)
        fail("the target does not see the end of its input");
    if (dualpipe_close(pipe, &result) < 0 || result.verdict != DUALPIPE_OK)
        fail("wrong end");
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* Runs without end, each of another kind; the driver kills this host. */
static void endless(void)
{
    struct dualpipe_result result;
    struct dualpipe *pipes[4];

    for (;;) {
        for (int i = 0; i < 4; i++)
            if (dualpipe_open(&pipes[i],
                              &(struct dualpipe_job){.argv = ARGV(program("talk"), "stubborn"),
                                                     .policy = native},
                              NULL) < 0)
                fail("cannot open");
        talk(&(struct dualpipe_job){.function = echo});
        run(ARGV(program("spend"), "busy", "20"), DUALPIPE_OK);
        for (int i = 0; i < 4; i++) {
            dualpipe_kill(pipes[i]);
            dualpipe_close(pipes[i], &result);
        }
        if (write(1, ".", 1) != 1)
            fail("no one listens");
    }
}

static void *talk_for_ever(void *argument)
{
    for (;;)
        talk(&(struct dualpipe_job){.function = echo});
    return argument;
}

/* Boxes for functions, which start as forks of this host with all it has. */
static void endless_functions(void)
{
    pthread_t thread;

    for (int i = 0; i < 3; i++)
        if (pthread_create(&thread, NULL, talk_for_ever, NULL) != 0)
            fail("pthread_create");
    talk_for_ever(NULL);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*act)(void);
    } acts[] = {
        {"closed-streams", closed_streams},
        {"ignored-sigchld", ignored_sigchld},
        {"greedy-sigchld", greedy_sigchld},
        {"blocked-signals", blocked_signals},
        {"ignored-signals", ignored_signals},
        {"many-descriptors", many_descriptors},
        {"leaky", leaky},
        {"few-descriptors", few_descriptors},
        {"deleted-directory", deleted_directory},
        {"low-limits", low_limits},
        {"unchanged", unchanged},
        {"forking", forking_host},
        {"spawning", spawning_host},
        {"endless", endless},
        {"endless-functions", endless_functions},
    };

    for (size_t i = 0; argc > 1 && i < sizeof(acts) / sizeof(acts[0]); i++)
        if (strcmp(acts[i].name, argv[1]) == 0) {
            load_policy();
            acts[i].act();
            dualpipe_policy_free(native);
            return 0;
        }
    fail("no such act");
}
