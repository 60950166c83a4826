/* SPDX-License-Identifier: MIT */
/* peers.c - see peers.h; the pools' side is in peers_pool.c. */
#include "peers.h"

#include "cpu.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BWRAP "/usr/bin/bwrap"
#define FIREJAIL "/usr/bin/firejail"
#define PYTHON "/usr/bin/python3"

enum { WORKER_PYTHON, WORKER_SINGLE_USE, WORKER_FRESH, WORKER_VERIFIED };

/* A line in, a time out. */
static const char python_source[] =
    "import subprocess, sys, time\n"
    "while sys.stdin.readline() == '\\n':\n"
    "    with open(sys.argv[1], 'rb') as source:\n"
    "        start = time.perf_counter()\n"
    "        subprocess.run(sys.argv[2:], stdin=source, check=True,\n"
    "                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)\n"
    "        print((time.perf_counter() - start) * 1e6, flush=True)\n";

/* Runs in a row of one program, the input from its start each time. */
struct command {
    const char *const *argv;
    int input;
    unsigned in_a_row;
};

static int spawn_once(const struct command *command)
{
    const pid_t pid = spawn_program(command->argv, command->input, -1);

    return pid < 0 ? (int)pid : spawn_wait(pid);
}

static int bare_once(const struct command *command)
{
    return spawn_bare(command->argv, command->input);
}

/* What ran before has read it. */
static int rewind_input(int fd)
{
    return lseek(fd, 0, SEEK_SET) < 0 && errno != ESPIPE ? -errno : 0;
}

static int in_a_row(const struct command *command, int (*once)(const struct command *),
                    double *sample)
{
    const double start = seconds_now();
    int status = 0;

    for (unsigned i = 0; i < command->in_a_row && status == 0; i++) {
        status = rewind_input(command->input);
        if (status == 0)
            status = once(command);
    }
    *sample = 1e6 * (seconds_now() - start) / command->in_a_row;
    return status;
}

static struct command command_of(const struct peers *peers, const char *const *argv)
{
    const unsigned count = peers->target->in_a_row;

    return (struct command){argv, peers->input, count ? count : 1};
}

static int measure_spawn(void *subject, double *sample)
{
    const struct peers *peers = subject;
    const struct command command = command_of(peers, peers->target->argv);

    return in_a_row(&command, spawn_once, sample);
}

static int measure_bare(void *subject, double *sample)
{
    const struct peers *peers = subject;
    const struct command command = command_of(peers, peers->target->argv);

    return in_a_row(&command, bare_once, sample);
}

static int measure_bwrap(void *subject, double *sample)
{
    const struct peers *peers = subject;
    const struct command command = command_of(peers, peers->wrapped);

    return in_a_row(&command, spawn_once, sample);
}

static int measure_firejail(void *subject, double *sample)
{
    const struct peers *peers = subject;
    const struct command command = command_of(peers, peers->jailed);

    return in_a_row(&command, spawn_once, sample);
}

static int measure_command(void *subject, double *sample)
{
    const struct peers *peers = subject;
    const struct command command = command_of(peers, peers->command);

    return in_a_row(&command, spawn_once, sample);
}

static int measure_run(void *subject, double *sample)
{
    const struct peers *peers = subject;
    const struct dualpipe_job job = {
        .argv = peers->target->argv,
        .policy = peers->policy,
        .standard_input = peers_input(peers->target, peers->input),
    };
    const unsigned count = peers->target->in_a_row ? peers->target->in_a_row : 1;
    const double start = seconds_now();

    for (unsigned i = 0; i < count; i++) {
        struct dualpipe_result result = {0};
        int status = rewind_input(peers->input);

        if (status == 0)
            status = dualpipe_run(&job, &result, NULL);
        if (status < 0 || result.verdict != DUALPIPE_OK)
            return status < 0 ? status : -EIO;
    }
    *sample = 1e6 * (seconds_now() - start) / count;
    return 0;
}

static void append(const char **list, size_t room, const char *const *more)
{
    size_t count = 0;

    while (list[count])
        count++;
    for (; *more && count + 1 < room; more++)
        list[count++] = *more;
}

#define APPEND(list, ...)                                                                          \
    append((list), sizeof(list) / sizeof((list)[0]), (const char *const[]){__VA_ARGS__, NULL})

/* The other tools show the programs about what "native" shows them. */
static void write_commands(struct peers *peers)
{
    const char *const *argv = peers->target->argv;

    APPEND(peers->wrapped, BWRAP, "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink",
           "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin");
    if (strncmp(argv[0], "/usr/", 5) != 0 && strncmp(argv[0], "/bin/", 5) != 0)
        APPEND(peers->wrapped, "--ro-bind", argv[0], argv[0]);
    APPEND(peers->wrapped, "--");
    append(peers->wrapped, sizeof(peers->wrapped) / sizeof(peers->wrapped[0]), argv);
    APPEND(peers->jailed, FIREJAIL, "--quiet", "--noprofile", "--net=none", "--ipc-namespace",
           "--caps.drop=all", "--seccomp", "--nonewprivs", "--");
    append(peers->jailed, sizeof(peers->jailed) / sizeof(peers->jailed[0]), argv);
    APPEND(peers->command, BENCH_DUALPIPE, "run", "--quiet", "-P", peers->target->policy, "--");
    append(peers->command, sizeof(peers->command) / sizeof(peers->command[0]), argv);
}

static void start_python(struct peers *peers)
{
    const char *argv[16] = {PYTHON, "-I", "-c", python_source,
                            peers->target->input ? peers->target->input : "/dev/null"};

    append(argv, sizeof(argv) / sizeof(argv[0]), peers->target->argv);
    worker_start_program(&peers->workers[WORKER_PYTHON], argv);
}

static void add_way(struct peers *peers, const char *name, int (*measure)(void *, double *),
                    void *subject, const char *missing)
{
    peers->ways[peers->way_count++] = (struct way){name, measure, subject, missing};
}

static const char *missing(const char *path)
{
    return access(path, X_OK) == 0 ? NULL : "it is not installed";
}

static void add_pool(struct peers *peers, int which, const char *name,
                     enum dualpipe_freshness freshness)
{
    struct pool_work work = {peers->target, freshness, false};
    struct worker *worker = &peers->workers[which];

    worker_start(worker, &(struct work){
                             .open = pool_open,
                             .measure = pool_measure,
                             .close = pool_close,
                             .argument = &work,
                             .cpu = -1,
                         });
    add_way(peers, name, worker_measure, worker,
            worker->error == -EPERM ? "it takes a second user id, which only root has" : NULL);
}

int peers_start(struct peers *peers, const struct peer_target *target)
{
    int status;

    *peers = (struct peers){.target = target};
    peers->input = open(target->input ? target->input : "/dev/null", O_RDONLY | O_CLOEXEC);
    if (peers->input < 0)
        return -errno;
    status = dualpipe_policy_load(&peers->policy, target->policy, NULL);
    if (status < 0)
        return status;
    write_commands(peers);
    add_way(peers, PEER_SPAWN, measure_spawn, peers, NULL);
    add_way(peers, PEER_SPAWN ", again", measure_spawn, peers, NULL);
    add_way(peers, PEER_BARE, measure_bare, peers, NULL);
    add_way(peers, PEER_BWRAP, measure_bwrap, peers, missing(BWRAP));
    if (!target->only_pools) {
        start_python(peers);
        add_way(peers, PEER_PYTHON, worker_measure_program, &peers->workers[WORKER_PYTHON],
                missing(PYTHON));
        add_way(peers, PEER_FIREJAIL, measure_firejail, peers, missing(FIREJAIL));
        add_way(peers, PEER_COMMAND, measure_command, peers, NULL);
    }
    add_way(peers, PEER_RUN, measure_run, peers, NULL);
    add_pool(peers, WORKER_SINGLE_USE, PEER_SINGLE_USE, DUALPIPE_FRESHNESS_SINGLE_USE);
    add_pool(peers, WORKER_FRESH, PEER_FRESH, DUALPIPE_FRESHNESS_FRESH);
    add_pool(peers, WORKER_VERIFIED, PEER_VERIFIED, DUALPIPE_FRESHNESS_VERIFIED);
    return 0;
}

void peers_release(struct peers *peers)
{
    for (size_t i = 0; i < sizeof(peers->workers) / sizeof(peers->workers[0]); i++)
        worker_stop(&peers->workers[i]);
    dualpipe_policy_free(peers->policy);
    if (peers->input >= 0)
        close(peers->input);
}

int peers_measure(struct bench *bench, const struct peer_target *target, const char *id,
                  const char *title, unsigned pause_us, unsigned rounds)
{
    struct peers peers;
    cpu_set_t before;
    int status = cpu_take(target->cpu, &before);

    if (status < 0)
        return status;
    status = peers_start(&peers, target);
    if (status == 0) {
        const struct group group = {
            .id = id,
            .title = title,
            .unit = "microseconds",
            .better = "less",
            .ways = peers.ways,
            .way_count = peers.way_count,
            .pause_us = pause_us,
        };

        status = bench_measure(bench, &group, rounds);
    }
    peers_release(&peers);
    cpu_give_back(&before);
    return status;
}
