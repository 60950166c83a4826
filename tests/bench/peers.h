/* SPDX-License-Identifier: MIT */
/*
 * peers.h - one program, run from start to end by everything that can: plainly,
 * by other tools, and by DualPipe in all its ways.
 *
 * peers_ways() gives them as ways to measure, the time of one run in
 * microseconds. posix_spawn comes first and twice.
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include "dualpipe.h"
#include "measure.h"
#include "worker.h"

#define PEERS_MAX 12

/* The names of ways, for the goals. */
#define PEER_SPAWN "posix_spawn"
#define PEER_BARE "vfork, exec, a pipe"
#define PEER_PYTHON "Python's subprocess"
#define PEER_BWRAP "bwrap --unshare-all"
#define PEER_FIREJAIL "firejail"
#define PEER_COMMAND "dualpipe run"
#define PEER_RUN "dualpipe_run()"
#define PEER_SINGLE_USE "pool, single-use"
#define PEER_FRESH "pool, fresh"
#define PEER_VERIFIED "pool, verified"
#define PEER_WARM "pool, fresh, warm interpreter"
#define PEER_PLAIN_PYTHON "python3 -I -S -E"

struct peer_target {
    const char *name;        /* for titles */
    const char *const *argv; /* with an absolute path */
    const char *policy;
    const char *input; /* a file, or NULL: no input */
    unsigned in_a_row; /* runs for one sample; 0: 1 */
    bool only_pools;   /* beside posix_spawn, bwrap and dualpipe_run() */
    int cpu;           /* all on this one; -1: any */
};

struct peers {
    const struct peer_target *target;
    struct dualpipe_policy *policy;
    int input; /* of the target, or -1 */
    const char *wrapped[48];
    const char *jailed[32];
    const char *command[16];
    struct worker workers[4]; /* Python, and the pools by freshness */
    struct way ways[PEERS_MAX];
    size_t way_count;
};

/* Returns 0 or a negative errno value. What is not installed is a way with a
 * reason. Call peers_release() in any case. */
int peers_start(struct peers *peers, const struct peer_target *target);
void peers_release(struct peers *peers);

/* Measure all of them as one group. */
int peers_measure(struct bench *bench, const struct peer_target *target, const char *id,
                  const char *title, unsigned pause_us, unsigned rounds);

/* Where a job's input comes from: the descriptor, or nowhere. */
static inline struct dualpipe_stream peers_input(const struct peer_target *target, int fd)
{
    return target->input ? (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = fd}
                         : (struct dualpipe_stream){.route = DUALPIPE_ROUTE_DEFAULT};
}

/* A pool as a worker's work: .argument is a struct pool_work. */
struct pool_work {
    const struct peer_target *target;
    enum dualpipe_freshness freshness;
    bool is_warm; /* the target is run by forks of its interpreter, argv[0] */
};
int pool_open(void *pool_work, void **subject);
int pool_measure(void *subject, double *sample);
void pool_close(void *subject);

#endif /* BENCH_PEERS_H */
