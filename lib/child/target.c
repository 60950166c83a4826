/* SPDX-License-Identifier: MIT */
/*
 * target.c - the target's process, from the fork to its first instruction.
 *
 * The order, and its reasons: streams first, so that no descriptor that is
 * opened later can land on 0, 1 or 2; what needs capabilities before they go;
 * no_new_privs before Landlock and the filter, which ask for it; the filter
 * last, so that no policy has to permit what set-up needs. RLIMIT_NOFILE and
 * RLIMIT_NPROC are lowered by the supervisor at the gate: here they would make
 * the listener and the hand-over fail.
 */
#include "../sheet.h"
#include "child.h"
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/socket.h>

#define HANDOVER_STACK_BYTES 16384L
#define NOT_YET (-4096L)

/* What the target and the one who hands over its listener share. */
struct handover {
    const struct dp_plan *plan;
    volatile long listener; /* NOT_YET, a descriptor, or a negative errno */
    int own_pidfd;          /* of the one who hands over */
};

static void connect_streams(const struct child *child)
{
    for (int number = 0; number < 3; number++) {
        long result = raw3(SYS_dup3, child->plan->stream_fds[number], number, 0);

        if (result < 0)
            child_fail(child, DUALPIPE_STEP_CONNECT_STREAMS, result, -1, 0);
    }
}

/* Opened by its path inside: Landlock and the mounts then decide about it too. */
static int open_program(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    long fd;

    if ((plan->layers & DP_PLAN_FUNCTION) || child_spawns(child))
        return -1;
    fd = raw4(SYS_openat, AT_FDCWD, child_text(child, plan->program), O_PATH | O_CLOEXEC, 0);
    if (fd < 0)
        child_fail(child, DUALPIPE_STEP_EXEC, fd, -1, plan->program);
    return (int)fd;
}

static void close_others(const struct child *child, int program)
{
    const struct dp_plan *plan = child->plan;
    int keep[] = {0, 1, 2, plan->control_fd, plan->error_fd, plan->ruleset_fd, program};
    long result = 0;

    if (child_has(child, DUALPIPE_LAYER_DESCRIPTORS)) {
        result = child_keep_only(keep, sizeof(keep) / sizeof(keep[0]));
    } else { /* its own go all the same: they are no one's business */
        raw1(SYS_close, plan->status_fd);
        raw1(SYS_close, plan->life_fd);
    }
    if (result == 0)
        result = raw3(SYS_fcntl, plan->control_fd, F_SETFD, FD_CLOEXEC);
    if (result == 0)
        result = raw3(SYS_fcntl, plan->error_fd, F_SETFD, FD_CLOEXEC);
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result, DUALPIPE_LAYER_DESCRIPTORS, 0);
}

static void set_limits(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    const struct dp_rlimit_step *steps =
        (const struct dp_rlimit_step *)(const void *)(child->base + plan->rlimits);

    for (uint32_t i = 0; i < plan->rlimit_count; i++) {
        const uint64_t limit[2] = {steps[i].soft, steps[i].hard};
        long result = raw4(SYS_prlimit64, 0, steps[i].resource, limit, 0);

        if (result != 0)
            child_fail(child, DUALPIPE_STEP_SET_LIMIT, result, DUALPIPE_LAYER_RLIMITS, 0);
    }
}

static void start_directory(const struct child *child)
{
    long result = raw1(SYS_chdir, child_text(child, child->plan->directory));

    if (result != 0)
        child_fail(child, DUALPIPE_STEP_ENTER_ROOT, result, -1, child->plan->directory);
}

/* The gate's call comes back: there is no exec. */
static bool is_answered(const struct dp_plan *plan)
{
    return plan->forks || (plan->layers & DP_PLAN_FUNCTION);
}

/*
 * The one who hands over: it shares memory and descriptors with the target and
 * was made before the filter, so it may send. It sends the listener and a
 * descriptor of itself, closes what the target must not keep, says so, and is
 * gone; the supervisor goes on only after it has heard that and has seen this
 * process dead, for until then the target's memory has a second, unfiltered
 * user.
 */
__attribute__((noreturn)) static void hand_over(void *argument)
{
    struct handover *handover = argument;
    const struct dp_plan *plan = handover->plan;
    char byte = 'L';
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    struct cmsghdr *header = &control.align;
    int *fds = (int *)(void *)CMSG_DATA(header);

    while (handover->listener == NOT_YET)
        raw0(SYS_sched_yield);
    if (handover->listener < 0)
        raw1(SYS_exit, 0);
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof(control.bytes);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    fds[0] = (int)handover->listener;
    fds[1] = handover->own_pidfd;
    raw3(SYS_sendmsg, plan->control_fd, &message, MSG_NOSIGNAL);
    raw1(SYS_close, handover->listener);
    raw1(SYS_close, handover->own_pidfd);
    if (is_answered(plan)) /* no exec will close it */
        raw1(SYS_close, plan->error_fd);
    byte = 'C'; /* all is closed: a fork of the host may hold the socket open */
    raw3(SYS_write, plan->control_fd, &byte, 1);
    raw1(SYS_close, plan->control_fd);
    for (;;)
        raw1(SYS_exit, 0);
}

static void load_filter(const struct child *child)
{
    static const unsigned long flags =
        SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    const struct dp_plan *plan = child->plan;
    struct {
        unsigned short count;
        const void *instructions;
    } program = {(unsigned short)plan->filter_count, child->base + plan->filter};
    struct handover handover = {.plan = plan, .listener = NOT_YET, .own_pidfd = -1};
    long stack = raw6(SYS_mmap, 0, HANDOVER_STACK_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long result = stack;

    if (!raw_failed(stack))
        result = raw_clone_onto(
            CLONE_VM | CLONE_FILES | CLONE_PARENT | CLONE_PIDFD | CLONE_UNTRACED,
            (char *)stack + HANDOVER_STACK_BYTES, &handover.own_pidfd, hand_over, &handover);
    if (raw_failed(result))
        child_fail(child, DUALPIPE_STEP_HAND_OVER_LISTENER, result, DUALPIPE_LAYER_SECCOMP, 0);
    child_take_slice(0); /* the courier keeps the short one */
    child_take_cpus(child);
    result = raw3(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    handover.listener = result;
    if (result < 0)
        child_fail(child, DUALPIPE_STEP_LOAD_FILTER, result, DUALPIPE_LAYER_SECCOMP, 0);
    /* From here on, the next call stops at the gate; .listener is read by the
     * other one until then, and this frame is not left before. */
}

/* Without a filter there is no listener, and the gate is a byte to wait for. */
static void wait_at_plain_gate(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    char byte = 'G';

    child_take_slice(0);
    child_take_cpus(child);
    if (raw3(SYS_write, plan->control_fd, &byte, 1) != 1)
        raw_exit(1);
    if (raw3(SYS_read, plan->control_fd, &byte, 1) != 1)
        raw_exit(1);
    if (plan->layers & DP_PLAN_FUNCTION) {
        raw1(SYS_close, plan->control_fd);
        raw1(SYS_close, plan->error_fd);
    }
}

const char **child_pointers(const struct child *child, const char **room, uint32_t offsets,
                            uint32_t count)
{
    const uint32_t *texts = (const uint32_t *)(const void *)(child->base + offsets);

    for (uint32_t i = 0; i < count; i++)
        *room++ = child_text(child, texts[i]);
    *room++ = NULL;
    return room;
}

/* Before there is a job: where its words will be is known, what they are is not. */
__attribute__((noreturn)) static void become_any_program(const struct child *child)
{
    const struct dp_sheet *sheet = (const struct dp_sheet *)DP_SHEET_ADDRESS;
    long result;

    load_filter(child);
    result = raw5(SYS_execveat, child->plan->program_fd, sheet->program, sheet->arguments,
                  sheet->environment, AT_EMPTY_PATH);
    raw5(SYS_execveat, DP_GATE_DIRECTORY_FD, 0, -result, 0, DP_GATE_FLAGS);
    raw_exit(1);
}

__attribute__((noreturn)) static void become_program(const struct child *child, int program)
{
    const struct dp_plan *plan = child->plan;
    const char **argv = (const char **)(void *)(child->base + plan->pointers);
    const char **envp = child_pointers(child, argv, plan->arguments, plan->argument_count);
    const bool filtered = child_has(child, DUALPIPE_LAYER_SECCOMP);
    long result;

    child_pointers(child, envp, plan->environment, plan->environment_count);
    if (filtered)
        load_filter(child);
    else
        wait_at_plain_gate(child);
    result = raw5(SYS_execveat, program, "", argv, envp, AT_EMPTY_PATH);
    if (!filtered)
        child_fail(child, DUALPIPE_STEP_EXEC, result, -1, plan->program);
    /* The filter leaves only the registers to say why. */
    raw5(SYS_execveat, DP_GATE_DIRECTORY_FD, 0, -result, 0, DP_GATE_FLAGS);
    raw_exit(1);
}

/* The same, of an interpreter that is there already. */
__attribute__((noreturn)) static void become_fork(const struct child *child)
{
    child->zygote->settle();
    load_filter(child);
    if (raw5(SYS_execveat, DP_GATE_DIRECTORY_FD, 0, 0, 0, DP_GATE_FLAGS) != 0)
        raw_exit(1);
    child->zygote->run((const struct dp_sheet *)DP_SHEET_ADDRESS);
}

__attribute__((noreturn)) static void become_function(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    dualpipe_function *function = (dualpipe_function *)plan->function;
    void *argument = (void *)plan->function_argument;

    if (child_has(child, DUALPIPE_LAYER_SECCOMP)) {
        load_filter(child);
        if (raw5(SYS_execveat, DP_GATE_DIRECTORY_FD, 0, 0, 0, DP_GATE_FLAGS) != 0)
            raw_exit(1);
    } else {
        wait_at_plain_gate(child);
    }
    raw_exit(function(argument) & 0xff);
}

/* The spawner's own ids are not the target's. */
static void leave_spawner(const struct child *child)
{
    const struct dp_plan *plan = child->plan;
    long result;

    if (plan->spawn != DP_SPAWN_AGAIN)
        return;
    result = raw3(SYS_setresgid, plan->target_gid, plan->target_gid, plan->target_gid);
    if (result == 0)
        result = raw3(SYS_setresuid, plan->target_uid, plan->target_uid, plan->target_uid);
    if (result != 0)
        child_fail(child, DUALPIPE_STEP_SET_IDS, result, DUALPIPE_LAYER_USER_NAMESPACE, 0);
}

void child_target(const struct child *child)
{
    const unsigned long no_signals = 0;
    int program;

    raw0(SYS_setsid);
    leave_spawner(child);
    connect_streams(child);
    program = open_program(child);
    close_others(child, program);
    set_limits(child);
    start_directory(child);
    child_drop_capabilities(child);
    child_set_no_new_privileges(child);
    child_restrict_files(child);
    raw4(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, &no_signals, 0, 8);
    if (child->plan->layers & DP_PLAN_FUNCTION)
        become_function(child);
    if (child->zygote)
        become_fork(child);
    if (child_spawns(child))
        become_any_program(child);
    become_program(child, program);
}
