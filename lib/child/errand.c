/* SPDX-License-Identifier: MIT */
/*
 * errand.c - runs a program of the system's for the host, out of the host's sight.
 *
 * As init has a keeper (clone.c), so has this program: it is the one who waits for it,
 * in the host's memory, with no exit signal of its own, so that neither the host's
 * SIGCHLD handling nor its wait(-1) sees either of them.
 */
#include "child.h"

#include <errno.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>

#define WAIT_ALL 0x40000000 /* __WALL */

/* In the host's memory, with the keeper standing still: touch nothing but the errand. The
 * program may be set-uid: it gets nothing of the host's but these three descriptors. */
__attribute__((noreturn, noinline)) static void become_errand(struct dp_errand *errand)
{
    static const char *const no_environment[] = {NULL};
    const unsigned long no_signals = 0;
    long result;

    child_reset_signals();
    raw0(SYS_setsid); /* no key of a terminal ends it half-way */
    result = raw3(SYS_dup3, errand->input_fd, 0, 0);
    for (int fd = 1; fd <= 2 && result >= 0; fd++)
        result = raw3(SYS_dup3, errand->words_fd, fd, 0);
    if (result >= 0)
        result = raw3(SYS_close_range, 3, ~0U, 0);
    if (result >= 0)
        result = raw4(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, &no_signals, 0, 8);
    if (result >= 0)
        result = raw3(SYS_execve, errand->program, errand->argv, no_environment);
    errand->exec_errno = (int32_t)-result;
    raw_exit(1);
}

__attribute__((noreturn)) static void keep_errand(void *argument)
{
    struct dp_errand *errand = argument;
    struct clone_args arguments = {
        .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CLEAR_SIGHAND,
        .pidfd = (uint64_t)(uintptr_t)&errand->program_pidfd,
        .parent_tid = (uint64_t)(uintptr_t)&errand->program_pid,
    };
    int status = 0;
    long pid = raw2(SYS_clone3, &arguments, sizeof(arguments));
    long result = pid;

    if (pid == 0)
        become_errand(errand);
    /* Nothing of the host's may stay open here when the host is gone. */
    raw3(SYS_close_range, 0, ~0U, CLOSE_RANGE_UNSHARE);
    if (pid > 0)
        do
            result = raw4(SYS_wait4, pid, &status, WAIT_ALL, 0);
        while (result == -EINTR);
    errand->wait_status = status;
    errand->result = result < 0 ? (int32_t)result : 0;
    for (;;)
        raw1(SYS_exit, 0);
}

long dp_child_run_errand(struct dp_errand *errand, char *stack_end)
{
    return raw_clone_onto(CLONE_VM | CLONE_FILES | CLONE_PIDFD /* exit signal 0 */, stack_end,
                          &errand->pidfd, keep_errand, errand);
}
