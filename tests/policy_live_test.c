/* SPDX-License-Identifier: MIT */
/*
 * policy_live_test.c - the filters in the kernel that runs this.
 *
 * The filter is loaded without a listener: what would be notified then is
 * ENOSYS. Allowed calls are made with arguments that make the kernel itself say
 * something else. The children report by their exit status alone.
 */
#include "filter.h"
#include "policy.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(policy_live, .timeout = 120);

#define NUMBERS 461

/* What a call answered in the child. */
struct outcome {
    long results[NUMBERS];
};

/* A system call without the C library, errors as negative numbers. */
static long call(long number, long a0, long a1, long a2)
{
    register long r10 __asm__("r10") = 0;
    register long r8 __asm__("r8") = 0;
    register long r9 __asm__("r9") = 0;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a0), "S"(a1), "d"(a2), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static bool load_filter(const struct dp_filter *filter)
{
    struct sock_fprog program = {(unsigned short)filter->count,
                                 (struct sock_filter *)(uintptr_t)filter->instructions};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

static const struct dp_builtin_policy *find(const char *name)
{
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        if (strcmp(dp_builtin_policies[i].policy.name, name) == 0)
            return &dp_builtin_policies[i];
    }
    cr_assert_fail("no policy %s", name);
    return NULL;
}

/* Nothing to read, so that no read waits; and nothing that is written shows. */
static bool discard_streams(void)
{
    int fd = open("/dev/null", O_RDWR);

    return fd >= 0 && dup2(fd, 0) == 0 && dup2(fd, 1) == 1 && dup2(fd, 2) == 2;
}

/* Runs a function under a filter, in a child. Returns its wait status. */
static int run_under(const struct dp_filter *filter, void (*body)(struct outcome *),
                     struct outcome *outcome)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        if (!discard_streams() || !load_filter(filter))
            _exit(99);
        body(outcome);
        call(SYS_exit_group, 0, 0, 0);
    }
    cr_assert_gt(child, 0);
    cr_assert_eq(waitpid(child, &status, 0), child);
    return status;
}

static struct outcome *make_outcome(void)
{
    struct outcome *outcome =
        mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq(outcome, MAP_FAILED);
    return outcome;
}

/* Calls that do not come back: two end the child, and two (uretprobe, uprobe)
 * are let pass by every filter in newer kernels, where they answer by SIGILL. */
static bool is_final(long number)
{
    return number == SYS_exit || number == SYS_exit_group || number == 335 || number == 336;
}

/* All numbers, with a descriptor that nothing has and addresses that are none. */
static void call_all(struct outcome *outcome)
{
    long number;

    for (number = 0; number < NUMBERS; number++) {
        if (!is_final(number))
            outcome->results[number] = call(number, 77, 1, 1);
    }
}

Test(policy_live, strict_lets_no_number_through_with_a_strange_descriptor)
{
    struct outcome *outcome = make_outcome();
    int status = run_under(&find("strict")->filter, call_all, outcome);
    int number;

    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status 0x%x", status);
    for (number = 0; number < NUMBERS; number++) {
        if (!is_final(number))
            cr_expect_eq(outcome->results[number], -ENOSYS, "%d: %ld", number,
                         outcome->results[number]);
    }
    munmap(outcome, sizeof(*outcome));
}

static void call_standard_streams(struct outcome *outcome)
{
    long i;

    for (i = 0; i < 4; i++) {
        outcome->results[i] = call(SYS_read, i, 1, 1);
        outcome->results[10 + i] = call(SYS_write, i, 1, 1);
        outcome->results[20 + i] = call(SYS_read, i | 1L << 32, 1, 1);
        outcome->results[30 + i] = call(SYS_write, i | 1L << 32, 1, 1);
    }
}

static bool is_let_through(long result)
{
    return result != -ENOSYS;
}

Test(policy_live, strict_lets_read_and_write_through_on_their_streams_only)
{
    struct outcome *outcome = make_outcome();
    int status = run_under(&find("strict")->filter, call_standard_streams, outcome);
    int i;

    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status 0x%x", status);
    for (i = 0; i < 4; i++) {
        cr_expect_eq(is_let_through(outcome->results[i]), i == 0, "read %d", i);
        cr_expect_eq(is_let_through(outcome->results[10 + i]), i == 1 || i == 2, "write %d", i);
        cr_expect_not(is_let_through(outcome->results[20 + i]));
        cr_expect_not(is_let_through(outcome->results[30 + i]));
    }
    munmap(outcome, sizeof(*outcome));
}

static void call_by_int80(struct outcome *outcome)
{
    long result;

    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L /* getpid */) : "memory");
    outcome->results[0] = result;
}

static void call_x32(struct outcome *outcome)
{
    outcome->results[0] = call(0x40000000L | SYS_getpid, 0, 0, 0);
}

/* As all that is notified, without a listener they do not exist. */
Test(policy_live, foreign_calls_do_not_get_through)
{
    struct outcome *outcome = make_outcome();
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        const struct dp_filter *filter = &dp_builtin_policies[i].filter;
        int status = run_under(filter, call_by_int80, outcome);

        /* A kernel without 32-bit calls answers by SIGSEGV instead. */
        if (!WIFSIGNALED(status))
            cr_expect_eq((int)outcome->results[0], -ENOSYS, "%ld", outcome->results[0]);
        status = run_under(filter, call_x32, outcome);
        cr_expect_not(WIFSIGNALED(status), "status 0x%x", status);
        cr_expect_eq(outcome->results[0], -ENOSYS, "%ld", outcome->results[0]);
    }
    munmap(outcome, sizeof(*outcome));
}

/* Calls of native that have no effect with such arguments. */
static bool is_harmless(long number)
{
    if (is_final(number))
        return false;
    switch (number) {
    case SYS_rt_sigreturn: /* takes what is on the stack for registers */
    case SYS_pause:
    case SYS_rt_sigsuspend:
    case SYS_clone:
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_alarm:
    case SYS_brk:
    case SYS_munmap:
    case SYS_umask:
    case SYS_close:
    case SYS_select:
    case SYS_pselect6:
    case SYS_wait4:
    case SYS_waitid:
    case SYS_restart_syscall:
    case SYS_arch_prctl:
    case SYS_set_robust_list:
    case SYS_set_tid_address:
    case SYS_setitimer:
        return false;
    default:
        return true;
    }
}

static void call_harmless(struct outcome *outcome)
{
    long number;

    for (number = 0; number < NUMBERS; number++) {
        if (is_harmless(number))
            outcome->results[number] = call(number, 77, 1, 1);
    }
}

Test(policy_live, native_in_the_kernel_is_native_in_the_model)
{
    const struct dp_builtin_policy *native = find("native");
    const uint64_t arguments[6] = {77, 1, 1, 0, 0, 0};
    struct outcome *outcome = make_outcome();
    int status = run_under(&native->filter, call_harmless, outcome);
    int number;

    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status 0x%x", status);
    for (number = 0; number < NUMBERS; number++) {
        int errnum;
        bool is_allowed =
            dp_policy_decide(&native->policy, number, arguments, &errnum) == DP_ANSWER_ALLOW;

        if (is_harmless(number))
            cr_expect_eq(is_let_through(outcome->results[number]), is_allowed, "%s: %ld",
                         dualpipe_syscall_name(number), outcome->results[number]);
    }
    munmap(outcome, sizeof(*outcome));
}
