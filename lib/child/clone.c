/* SPDX-License-Identifier: MIT */
/* clone.c - how process 1 of the box comes to be. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <stdbool.h>
#include <sys/mman.h>

#define WAIT_ALL 0x40000000 /* __WALL */

/*
 * An exec by a uid other than 0 of the namespace drops all capabilities but the
 * ambient ones: keep those that building the box takes.
 */
static long keep_capabilities_over_exec(void)
{
    static const int wanted[] = {CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID, CAP_SETPCAP};
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    long result = raw2(SYS_capget, &header, data);

    if (result != 0)
        return result;
    for (unsigned i = 0; i < 2; i++)
        data[i].inheritable = data[i].permitted;
    result = raw2(SYS_capset, &header, data);
    for (unsigned i = 0; result == 0 && i < sizeof(wanted) / sizeof(wanted[0]); i++)
        result = raw5(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, wanted[i], 0, 0);
    return result;
}

/*
 * In the host's memory, with the host's thread standing still: touch nothing
 * but this stack, and be gone soon.
 */
__attribute__((noreturn, noinline)) static void become_box_program(
    const struct dp_child_start *start)
{
    static const char *const no_environment[] = {NULL};
    const struct child child = {.plan = start->plan, .base = NULL};
    const bool keeps_others = !child_has(&child, DUALPIPE_LAYER_DESCRIPTORS);
    long result = keep_capabilities_over_exec();

    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_START_INIT, result, DUALPIPE_LAYER_CAPABILITIES, 0);
    if (!keeps_others)
        result = child_keep_only(start->keep, start->keep_count);
    if (result != 0)
        child_fail(&child, DUALPIPE_STEP_CLOSE_DESCRIPTORS, result, DUALPIPE_LAYER_DESCRIPTORS, 0);
    for (int i = 0; i < start->keep_count; i++)
        if (start->keep[i] >= 0 && start->keep[i] != start->program_fd)
            raw3(SYS_fcntl, start->keep[i], F_SETFD, 0);
    result = raw5(SYS_execveat, start->program_fd, "", start->argv, no_environment, AT_EMPTY_PATH);
    child_fail(&child, DUALPIPE_STEP_START_INIT, result, -1, 0);
}

/* The clone itself, inline: with shared memory, the child must not return from
 * a function whose frame the parent still needs. */
static inline __attribute__((always_inline)) long clone_init(struct clone_args *arguments)
{
    return raw2(SYS_clone3, arguments, sizeof(*arguments));
}

static void wait_for_init(long pid)
{
    long result;

    do
        result = raw4(SYS_wait4, pid, 0, WAIT_ALL, 0);
    while (result == -EINTR);
}

/*
 * The keeper: a process in the host's memory, on a stack of its own, that only
 * is init's parent. An exec makes SIGCHLD the exit signal of any process; were
 * init the host's own child, the host's SIGCHLD handling and its wait(-1) would
 * see it. The keeper never executes anything, so that its exit signal stays 0.
 */
__attribute__((noreturn, used)) static void keep_init(struct dp_keeper *keeper)
{
    long pid = clone_init(keeper->arguments);

    if (pid == 0)
        become_box_program(keeper->start);
    keeper->result = (int32_t)pid;
    raw3(SYS_futex, &keeper->result, FUTEX_WAKE, 1); /* what it points to is the host's again */
    /* Nothing of the host's may stay open here when the host is gone. */
    raw3(SYS_close_range, 0, ~0U, CLOSE_RANGE_UNSHARE);
    if (pid > 0)
        wait_for_init(pid);
    for (;;)
        raw1(SYS_exit, 0);
}

/* clone(2) onto a stack of its own; C cannot say that. */
static long start_keeper(struct dp_keeper *keeper)
{
    const unsigned long flags = CLONE_VM | CLONE_FILES | CLONE_PIDFD; /* exit signal 0 */
    char *stack_end = (char *)keeper->stack + DP_KEEPER_STACK_BYTES;
    register struct dp_keeper *argument __asm__("r12") = keeper;
    register int *pidfd __asm__("rdx") = &keeper->pidfd;
    long result;

    __asm__ volatile("syscall\n"
                     "test %%rax, %%rax\n"
                     "jnz 1f\n"
                     "xor %%ebp, %%ebp\n"
                     "mov %%r12, %%rdi\n"
                     "call *%[entry]\n"
                     "hlt\n"
                     "1:\n"
                     : "=a"(result)
                     : "a"(SYS_clone), "D"(flags), "S"(stack_end), "r"(pidfd), "r"(argument),
                       [entry] "b"(keep_init)
                     : "rcx", "r11", "r10", "r8", "memory");
    return result;
}

long dp_child_clone_kept(struct clone_args *arguments, const struct dp_child_start *start,
                         struct dp_keeper *keeper)
{
    long result = raw6(SYS_mmap, 0, DP_KEEPER_STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (raw_failed(result))
        return result;
    arguments->flags |= CLONE_VM | CLONE_VFORK;
    keeper->stack = (void *)result;
    keeper->arguments = arguments;
    keeper->start = start;
    keeper->result = DP_KEEPER_NOT_YET;
    result = start_keeper(keeper);
    if (result < 0) {
        raw2(SYS_munmap, keeper->stack, DP_KEEPER_STACK_BYTES);
        keeper->stack = NULL;
        return result;
    }
    while (keeper->result == DP_KEEPER_NOT_YET)
        raw4(SYS_futex, &keeper->result, FUTEX_WAIT, DP_KEEPER_NOT_YET, 0);
    return keeper->result;
}

long dp_child_clone(struct clone_args *arguments, char *block)
{
    const long pid = clone_init(arguments);

    if (pid == 0)
        dp_child_main(block);
    return pid;
}
