/* SPDX-License-Identifier: MIT */
/*
 * init.c - process 1 of the box, once the target is forked.
 *
 * The target is never process 1: there, abort() would end as SIGSEGV, and
 * SIGXCPU, SIGPIPE and SIGALRM would be lost. Init reaps, reports the target's
 * wait status and usage in one write, ends all when the host is gone, and is
 * the last resort when a deadline passes that the supervisor should have kept.
 * It holds three descriptors and may make eleven system calls.
 */
#include "../sheet.h"
#include "../stack.h"
#include "child.h"
#include "count.h"
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>

#define WAIT_NOHANG 1
#define SHEET_LOOK_MS 1000
#define WAIT_ALL 0x40000000 /* __WALL */
#define STOPPED 0x7f        /* in the low byte of a wait status */
/* Of more processes that stand still at once, the last are not looked at. */
#define HELD_MAX 16
/* Of children that stop and go on for ever, so many are served before all else is
 * looked at again. */
#define ROUND_MAX 64
/* Nor is a host kept busy with them for ever. */
#define QUESTIONS_MAX 100
/* The host hears of the time of the dead when it has grown by so much. */
#define TELL_DEAD_US 5000

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define TEST(at, test, value, if_true, if_false)                                                   \
    BPF_JUMP(BPF_JMP | (test) | BPF_K, (value), (if_true) - (at)-1, (if_false) - (at)-1)

/* Places in the filter below. */
enum { MIDDLE = 9, HIGH = 13, PTRACE = 16, POKE = 22, KILL = 26, ALLOW = 27 };

/* A tree, and not a list: each box loads it, and at that the kernel asks it about
 * each number there is. */
static const struct sock_filter own_filter[] = {
    LOAD(arch),
    TEST(1, BPF_JEQ, AUDIT_ARCH_X86_64, 2, KILL),
    LOAD(nr),
    TEST(3, BPF_JGT, SYS_waitid, KILL, 4),
    TEST(4, BPF_JGT, SYS_ptrace, HIGH, 5),
    TEST(5, BPF_JGT, SYS_poll, MIDDLE, 6),
    TEST(6, BPF_JEQ, SYS_poll, ALLOW, 7),
    TEST(7, BPF_JGT, SYS_close, KILL, 8),    /* the error pipe, once */
    TEST(8, BPF_JEQ, SYS_open, KILL, ALLOW), /* read and write are left */
    /* MIDDLE */
    TEST(9, BPF_JEQ, SYS_ptrace, PTRACE, 10),
    TEST(10, BPF_JEQ, SYS_getrusage, ALLOW, 11),
    TEST(11, BPF_JEQ, SYS_kill, ALLOW, 12),
    TEST(12, BPF_JEQ, SYS_wait4, ALLOW, KILL),
    /* HIGH */
    TEST(13, BPF_JEQ, SYS_exit_group, ALLOW, 14),
    TEST(14, BPF_JEQ, SYS_waitid, ALLOW, 15),
    TEST(15, BPF_JEQ, SYS_clock_gettime, ALLOW, KILL),
    /* PTRACE */
    LOAD(args[0]), /* of what it traces already */
    TEST(17, BPF_JEQ, PTRACE_CONT, ALLOW, 18),
    TEST(18, BPF_JEQ, PTRACE_LISTEN, ALLOW, 19),
    TEST(19, BPF_JEQ, PTRACE_GETSIGINFO, ALLOW, 20),
    TEST(20, BPF_JEQ, PTRACE_PEEKUSR, ALLOW, 21),
    TEST(21, BPF_JEQ, PTRACE_POKEUSR, POKE, KILL),
    /* POKE */
    LOAD(args[2]), /* one value into one register */
    TEST(23, BPF_JEQ, CHILD_WATCH_RESULT, 24, KILL),
    LOAD(args[3]),
    TEST(25, BPF_JEQ, (uint32_t)CHILD_WATCH_AGAIN, ALLOW, KILL),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

_Static_assert(sizeof(own_filter) / sizeof(own_filter[0]) == ALLOW + 1, "the places are right");

/* A process that stands still at a SIGSEGV, until the host has looked at it. */
struct held {
    int process; /* 0: it has ended meanwhile */
    int status;  /* of the wait for it */
    struct dp_stack_fault fault;
};

struct init {
    const struct child *child;
    int target;
    int signal_fd;
    struct spawner *spawner;    /* that takes orders meanwhile, or NULL */
    int64_t deadline_us;        /* CLOCK_MONOTONIC, or -1 */
    bool is_ready;              /* said so */
    struct held held[HELD_MAX]; /* the host has been told of the first one */
    unsigned held_count;
    unsigned questions;
    int faulted;                 /* a child of the target's: the last one that did */
    struct dp_stack_fault fault; /* and how */
    bool counts_dead;
    struct child_count count;
    bool target_ended;
    bool killed_all;
    struct dp_child_usage before; /* what was waited for before this run */
    struct dp_status report;
};

static int64_t clock_us(clockid_t clock)
{
    struct timespec now = {0};

    raw2(SYS_clock_gettime, clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t now_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}

static struct dp_child_usage usage_of(const struct rusage *usage)
{
    return (struct dp_child_usage){
        .user_us = usage->ru_utime.tv_sec * 1000000 + usage->ru_utime.tv_usec,
        .system_us = usage->ru_stime.tv_sec * 1000000 + usage->ru_stime.tv_usec,
        .max_rss_bytes = usage->ru_maxrss * 1024,
        .switches_voluntary = usage->ru_nvcsw,
        .switches_involuntary = usage->ru_nivcsw,
    };
}

/* Of all that was waited for. */
static struct dp_child_usage usage_now(void)
{
    struct rusage usage = {0};

    raw2(SYS_getrusage, RUSAGE_CHILDREN, &usage);
    return usage_of(&usage);
}

/* What the host does not hear of it would wait for; our end it sees. */
static void write_status(const struct child *child, const struct dp_status *status)
{
    if (raw3(SYS_write, child->plan->status_fd, status, sizeof(*status)) != (long)sizeof(*status))
        raw_exit(1);
}

static void report(const struct init *init)
{
    write_status(init->child, &init->report);
}

/* Outside a pid namespace, -1 would be every process of this uid. */
static void kill_all(struct init *init)
{
    const bool own_namespace = child_has(init->child, DUALPIPE_LAYER_PID_NAMESPACE);

    if (own_namespace || !init->target_ended)
        raw2(SYS_kill, own_namespace ? -1 : init->target, SIGKILL);
    init->killed_all = true;
}

/* The supervisor need not look after the courier: it hears of nothing until the
 * courier is reaped, and with a filter there always is one. */
static void say_ready(struct init *init)
{
    if (init->is_ready)
        return;
    init->is_ready = true;
    init->before = usage_now(); /* all of it ours */
    init->count = (struct child_count){0};
    init->report.kind = DP_STATUS_READY;
    init->report.has_new_files = !init->spawner || child_has_new_files(init->spawner);
    report(init);
}

/* The host answers by one signal, and signals do not queue: one question at a time. */
static void ask_host(const struct init *init)
{
    const struct held *first = &init->held[0];
    const struct dp_status question = {
        .kind = DP_STATUS_FAULT,
        .faulted = first->process == init->target ? 0 : first->process,
        .fault = first->fault,
    };

    write_status(init->child, &question);
}

static void drop_first(struct init *init)
{
    init->held_count--;
    for (unsigned i = 0; i < init->held_count; i++)
        init->held[i] = init->held[i + 1];
}

static void let_go_on(struct init *init)
{
    if (init->held_count == 0)
        return;
    if (init->held[0].process != 0)
        child_watch_pass(init->held[0].process, init->held[0].status);
    drop_first(init);
    while (init->held_count > 0 && init->held[0].process == 0)
        drop_first(init);
    if (init->held_count > 0)
        ask_host(init);
}

static void forget_held(struct init *init, long process)
{
    for (unsigned i = 0; i < init->held_count; i++)
        if (init->held[i].process == process)
            init->held[i].process = 0;
}

/* What is noted of its SIGSEGVs: for all but the target, only of the last to have one. */
static struct dp_stack_fault *fault_of(struct init *init, int process)
{
    if (process == init->target)
        return &init->report.fault;
    if (process != init->faulted)
        init->fault = (struct dp_stack_fault){0};
    init->faulted = process;
    return &init->fault;
}

/* Where a stack lies, the host can only see when the exec is done, and while the
 * process lives: at a SIGSEGV that may be of its stack, it stands still for that. */
static void pass_signal(struct init *init, int process, int status)
{
    struct dp_stack_fault *fault;

    if (child_watch_is_fault(status)) {
        fault = fault_of(init, process);
        child_watch_note(process, fault);
        if (dp_stack_is_suspect(fault) && init->held_count < HELD_MAX &&
            init->questions < QUESTIONS_MAX) {
            init->questions++;
            init->held[init->held_count++] = (struct held){process, status, *fault};
            if (init->held_count == 1)
                ask_host(init);
            return;
        }
    }
    child_watch_pass(process, status);
}

/* A host that is held up would fill the pipe, and then hold us up. */
static void tell_dead(struct init *init)
{
    struct pollfd room = {.fd = init->child->plan->status_fd, .events = POLLOUT};
    const struct dp_status told = {.kind = DP_STATUS_DEAD, .dead_us = init->count.dead_us};

    if (init->target_ended || init->count.dead_us - init->count.told_us < TELL_DEAD_US ||
        raw3(SYS_poll, &room, 1, 0) != 1 || !(room.revents & POLLOUT))
        return;
    init->count.told_us = told.dead_us;
    write_status(init->child, &told);
}

/* Returns what wait4() did: a pid, 0 or a negative errno value. */
static long reap_one(struct init *init, int options)
{
    struct rusage usage = {0};
    int status = 0;
    long pid = -1;

    if (init->counts_dead) {
        pid = child_count_next(&init->count, options & WAIT_NOHANG);
        if (pid <= 0)
            return pid;
    }
    pid = raw4(SYS_wait4, pid, &status, options | WAIT_ALL, &usage);
    if (init->counts_dead && pid > 0 && child_watch_is_new(status))
        child_count_new((int)pid);
    if (pid > 0 && (status & 0xff) == STOPPED) {
        pass_signal(init, (int)pid, status);
        return pid;
    }
    if (pid > 0)
        forget_held(init, pid);
    if (pid == init->target) {
        init->report.end_us = now_us();
        init->report.wait_status = status;
        init->report.target = usage_of(&usage);
        init->target_ended = true;
    } else if (pid > 0 && !init->target_ended) { /* nothing else can end before the gate */
        say_ready(init);
    }
    if (init->counts_dead)
        tell_dead(init);
    return pid;
}

/* Of all that was waited for since. */
static struct dp_child_usage usage_since(const struct dp_child_usage *before)
{
    struct dp_child_usage usage = usage_now();

    usage.user_us -= before->user_us;
    usage.system_us -= before->system_us;
    usage.switches_voluntary -= before->switches_voluntary;
    usage.switches_involuntary -= before->switches_involuntary;
    return usage;
}

/* What reap_one() returned last; above 0 where there may be more. */
static long reap_some(struct init *init)
{
    long result;
    int left = ROUND_MAX;

    do
        result = reap_one(init, WAIT_NOHANG);
    while ((result > 0 || result == -EINTR) && --left > 0);
    return result;
}

/* All that is in the namespace descends from this process: without a child, none
 * is. A kill looks at every process of the machine. */
static bool is_alone(struct init *init)
{
    const long result = reap_some(init);

    return init->target_ended && result == -ECHILD;
}

/* Those that nobody waited for: of them the sum alone is known. */
static void add_unwaited(struct dp_child_usage *all, int64_t dead_us)
{
    const int64_t waited_us = all->user_us + all->system_us;

    if (dead_us > waited_us)
        all->user_us += dead_us - waited_us;
}

static void finish(struct init *init)
{
    long result;

    if (!is_alone(init))
        kill_all(init);
    do
        result = reap_one(init, 0);
    while (result > 0 || result == -EINTR);
    init->report.all = usage_since(&init->before);
    add_unwaited(&init->report.all, init->count.dead_us);
    init->report.init_us = clock_us(CLOCK_PROCESS_CPUTIME_ID);
    init->report.kind = DP_STATUS_ENDED;
    report(init);
}

/* In a warm box there is no deadline before there is a job; nobody wakes us when
 * one comes. */
static void take_deadline(struct init *init)
{
    const volatile struct dp_sheet *sheet = (const struct dp_sheet *)DP_SHEET_ADDRESS;

    if (child_spawns(init->child))
        init->deadline_us = sheet->init_deadline_us > 0 ? sheet->init_deadline_us : -1;
}

static int wait_ms(const struct init *init)
{
    int64_t left;

    if (init->deadline_us < 0)
        return child_spawns(init->child) ? SHEET_LOOK_MS : -1;
    left = init->deadline_us - now_us();
    if (left <= 0)
        return 0;
    return left / 1000 >= INT32_MAX ? INT32_MAX : (int)(left / 1000) + 1;
}

/* The host's word to end all at once: killing the target alone would leave its
 * children running until its death has come here. From outside, the sender's pid
 * is 0, and the kernel itself says so (SI_USER); what comes from inside is not
 * listened to, and no queued signal may claim that code. */
static void read_signals(struct init *init)
{
    struct signalfd_siginfo came[4];
    const long got = raw3(SYS_read, init->signal_fd, came, sizeof(came));

    for (long i = 0; i < got / (long)sizeof(came[0]); i++) {
        if (came[i].ssi_pid != 0 || came[i].ssi_code != SI_USER)
            continue;
        if (came[i].ssi_signo == DP_INIT_KILLS_ALL)
            kill_all(init);
        else if (came[i].ssi_signo == DP_INIT_GOES_ON)
            let_go_on(init);
    }
}

/* Until the target is over. */
static void serve(struct init *init)
{
    struct pollfd waits[3] = {
        {.fd = init->child->plan->life_fd, .events = POLLIN},
        {.fd = init->signal_fd, .events = POLLIN},
        {.fd = -1, .events = POLLIN},
    };

    for (long reaped = 0;;) {
        long ready;

        if (init->spawner)
            waits[2].fd = child_order_fd(init->spawner);
        ready = raw3(SYS_poll, waits, 3, reaped > 0 ? 0 : wait_ms(init));
        take_deadline(init);
        if (ready > 0 && waits[1].revents)
            read_signals(init);
        if (ready > 0 && waits[2].revents)
            child_take_order(init->spawner);
        reaped = reap_some(init);
        if (reaped < 0 && reaped != -EINTR && !init->target_ended)
            raw_exit(1); /* nobody would ever hear of its end */
        if (ready > 0 && waits[0].revents)
            init->report.host_gone = 1;
        else if (init->deadline_us >= 0 && now_us() >= init->deadline_us)
            init->report.last_resort = 1;
        if (init->target_ended || init->report.host_gone || init->report.last_resort)
            break;
    }
    finish(init);
}

static void load_own_filter(const struct child *child)
{
    struct {
        unsigned short count;
        const struct sock_filter *instructions;
    } program = {sizeof(own_filter) / sizeof(own_filter[0]), own_filter};
    long result = raw3(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);

    if (result != 0)
        child_fail(child, DUALPIPE_STEP_LOCK_INIT, result, DUALPIPE_LAYER_SECCOMP, 0);
}

int child_open_signals(const struct child *child)
{
    /* Blocked since the clone. Never waited for in read(2): only poll(2) sees the host end. */
    const unsigned long mask =
        1UL << (SIGCHLD - 1) | 1UL << (DP_INIT_KILLS_ALL - 1) | 1UL << (DP_INIT_GOES_ON - 1);
    long fd = raw4(SYS_signalfd4, -1, &mask, 8, O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        child_fail(child, DUALPIPE_STEP_LOCK_INIT, fd, -1, 0);
    return (int)fd;
}

static void lock_in(const struct child *child, int signal_fd)
{
    int keep[] = {child->plan->status_fd, child->plan->life_fd, child->plan->error_fd, signal_fd};
    long result = child_keep_only(keep, sizeof(keep) / sizeof(keep[0]));

    /* After the fork, for the flag is inherited and an ordinary user's
     * supervisor could then read nothing of the target. */
    if (result == 0)
        result = raw5(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_LOCK_INIT, result, -1, 0);
    child_drop_capabilities(child);
    child_set_no_new_privileges(child);
    if (child_has(child, DUALPIPE_LAYER_SECCOMP))
        load_own_filter(child);
    raw1(SYS_close, child->plan->error_fd);
}

void child_report_ready(const struct child *child)
{
    const struct dp_status ready = {.kind = DP_STATUS_READY};

    write_status(child, &ready);
}

static void watch(struct init *init)
{
    const uint32_t what = init->child->plan->layers;
    long result = 0;

    init->counts_dead = (what & DP_PLAN_COUNT_DEAD) != 0;
    if (init->counts_dead)
        result = child_count_begin();
    if (result != 0)
        child_fail(init->child, DUALPIPE_STEP_LOCK_INIT, result, -1, 0);
    if (init->counts_dead)
        child_count_new(init->target);
    if (what & CHILD_WATCHES)
        child_watch(init->target, (what & (DP_PLAN_WATCH_CHILDREN | DP_PLAN_COUNT_DEAD)) != 0,
                    init->counts_dead);
}

void child_init(const struct child *child, int target)
{
    struct init init = {.child = child, .target = target, .deadline_us = -1};

    watch(&init);
    init.signal_fd = child_open_signals(child);
    child_take_cpus(child);
    lock_in(child, init.signal_fd);
    if (child->plan->init_deadline_us >= 0)
        init.deadline_us = now_us() + child->plan->init_deadline_us;
    if (!child_has(child, DUALPIPE_LAYER_SECCOMP))
        say_ready(&init);
    serve(&init);
    raw_exit(0);
}

void child_serve(const struct child *child, int target, int signal_fd, struct spawner *spawner)
{
    struct init init = {.child = child, .target = target, .deadline_us = -1};

    watch(&init);
    init.signal_fd = signal_fd;
    init.spawner = spawner;
    serve(&init);
    if (init.report.host_gone)
        raw_exit(0);
}
