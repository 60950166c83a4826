/* SPDX-License-Identifier: MIT */
/*
 * box.h - the host's side of a box: make it, prove it, open its gate, end it.
 */
#ifndef DP_BOX_H
#define DP_BOX_H

#include "child/child.h"
#include "file_systems.h"
#include "setup.h"
#include "waitset.h"

#include <linux/seccomp.h>

/* Set-up takes about a millisecond; a host that is this busy is at fault. */
#define DP_SETUP_TIMEOUT_US DUALPIPE_SECONDS(30)

/* Room for what the kernel may say at the listener, now and later. */
union dp_notification {
    struct seccomp_notif call;
    char room[256];
};

#define DP_BOX_RLIMITS 12

/* What the links below /proc/self/ns say. */
#define DP_NAMESPACES 7
#define DP_NAMESPACE_SIZE 64
struct dp_own_namespaces {
    char links[DP_NAMESPACES][DP_NAMESPACE_SIZE]; /* "": cannot be read */
};
void dp_attest_own_namespaces(struct dp_own_namespaces *own);

/* -1 marks a descriptor that is not there. */
struct dp_box {
    pid_t init;
    pid_t target;
    int init_pidfd;
    int target_pidfd;
    int target_proc;       /* /proc/PID of the target, bound to that process */
    int working_directory; /* of the target, kept for what is collected */
    struct dp_file_systems file_systems;
    int control;
    int status;
    int life;
    int error;
    int listener;
    bool is_ready;           /* init has locked itself in and reaped the courier */
    bool is_error_over;      /* nothing more can come up the error pipe */
    bool is_closed;          /* the courier says that only we have the listener */
    bool is_handed_over;     /* nothing else holds the listener */
    int courier_pidfd;       /* of the one who hands it over */
    struct dp_keeper keeper; /* init's parent, for a program */
    bool at_gate;
    bool ran; /* the gate was opened */
    uint64_t gate_id;
    int64_t gate_cpu_us; /* used by the target before the gate */
    int64_t opened_us;   /* when the gate was opened */
    bool attested;
    bool has_new_mounts;                           /* they were made for this run */
    struct dp_rlimit_step applied[DP_BOX_RLIMITS]; /* of a warm box, ahead of its job */
    unsigned applied_count;
    bool is_known;         /* its namespaces were attested for a run before this one */
    bool is_spawner_known; /* those that all runs of its spawner share were */
    const struct dp_own_namespaces *own_namespaces; /* looked up before, or NULL */
    bool is_warm;      /* its init is a spawner's, and not to be ended with the run */
    bool exec_is_open; /* the gate is open, and nobody has seen yet that the exec worked */
};

/* What /proc/PID/exe says of the box program. */
#define DP_BOX_PROGRAM_NAME "dualpipe-init"
#define DP_BOX_PROGRAM_LINK "/memfd:" DP_BOX_PROGRAM_NAME " (deleted)"

/* Nothing is held yet: dp_box_remove() has nothing to do. */
void dp_box_init(struct dp_box *box);

/*
 * Clone the box and let it make itself. The child's ends of the streams are
 * closed here, whatever happens; what is made is the caller's to end, also on
 * failure, with dp_box_remove().
 */
int dp_box_start(struct dp_box *box, struct dp_setup *setup, int streams[3],
                 struct dualpipe_error *error);

/* box_init.c: process 1, which waits for a word. streams[] are the child's ends, closed
 * here in any case and set to -1. Its ids are mapped while it waits. */
int dp_box_make_init(struct dp_box *box, struct dp_setup *setup, int streams[3],
                     struct dualpipe_error *error);
int dp_box_map_ids(const struct dp_box *box, const struct dp_setup *setup,
                   struct dualpipe_error *error);

/* Wait until its target stands at the gate, attested. */
int dp_box_bring_to_gate(struct dp_box *box, struct dp_setup *setup, struct dp_waitset *waits,
                         struct dualpipe_error *error);

/* gate.c: set the last limits from outside, start the clocks, and let the target run.
 * For a program, wait until its exec has worked or failed. */
int dp_box_open_gate(struct dp_box *box, const struct dp_setup *setup, struct dp_waitset *waits,
                     struct dualpipe_error *error);

/* In a warm box nobody waits for the exec. A call at the listener may be our own
 * code's report that it failed: then a negative errno value, else 0. */
int dp_box_check_exec(struct dp_box *box, const struct dp_setup *setup,
                      const struct seccomp_data *call, struct dualpipe_error *error);
bool dp_box_has_executed(struct dp_box *box);

/* Wait until the spawner of a warm box takes orders. */
int dp_box_await_spawner(struct dp_box *box, struct dp_setup *setup, struct dp_waitset *waits,
                         struct dualpipe_error *error);

/* gate.c: the limits that the next job will have, as far as is known; only where
 * they could be raised again. Others are set at the gate. */
int dp_box_limit_ahead(struct dp_box *box, const struct dp_setup *setup,
                       struct dualpipe_error *error);

/* Where the host runs out of memory, the target goes first. */
int dp_box_offer_to_oom_killer(const struct dp_box *box, const struct dp_setup *setup,
                               struct dualpipe_error *error);

/* Let a target go on that stands still at its first SIGSEGV. */
void dp_box_go_on(const struct dp_box *box);

/* Kill the target and all else; init will report. Idempotent. */
void dp_box_kill(const struct dp_box *box);

/* Make sure that nothing of the box is left, reap it, and close everything. */
void dp_box_remove(struct dp_box *box);

/* attest.c: compare the box with the plan, from outside. Once its target stands
 * at the gate: what cannot change any more; once the box is finished: the rest. */
int dp_attest_at_gate(const struct dp_box *box, const struct dp_setup *setup,
                      struct dualpipe_error *error);
int dp_attest_finished(const struct dp_box *box, const struct dp_setup *setup,
                       struct dualpipe_error *error);

/* notify.c: the listener. Receive returns 0, -EAGAIN (nothing there, or the
 * caller died meanwhile), -ENOTCONN (nobody is left who could call), or what
 * ioctl(2) says. */
int dp_notify_receive(int listener, union dp_notification *notification);
int dp_notify_is_alive(int listener, uint64_t id);
int dp_notify_refuse(int listener, uint64_t id, int errnum);
/* -ENOENT: the caller was killed meanwhile; the other answers take that for well. */
int dp_notify_return_zero(int listener, uint64_t id);
/* Give the caller a copy of fd under this number, in place of what has it. */
int dp_notify_put(int listener, uint64_t id, int fd, int number, bool closes_on_exec);
/* The only two that let a call go on: a program's first exec, and a call that
 * is merely witnessed and whose arguments are all registers. */
int dp_notify_continue_exec(int listener, uint64_t id);
int dp_notify_continue_witnessed(int listener, uint64_t id);

#endif
