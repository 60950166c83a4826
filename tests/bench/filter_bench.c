/* SPDX-License-Identifier: MIT */
/*
 * filter_bench.c - what a filter costs a program that reads and writes.
 *
 *     filter_bench [ROUNDS]
 *
 * One byte is read from /dev/zero and written to /dev/null, over and over: under
 * no filter, under a flat list by libseccomp of the calls that native allows, and
 * under each built-in policy that has both. The best of the rounds counts, and the
 * kinds take turns, so that a busy machine wrongs none of them.
 */
#include "policy.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS 200000
#define KINDS_MAX 16

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static int load(const struct dp_filter *filter)
{
    struct sock_fprog program = {(unsigned short)filter->count,
                                 (struct sock_filter *)(uintptr_t)filter->instructions};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* As one would write it without us: names in a row, no conditions. */
static int load_flat(void)
{
    static const uint64_t none[6];
    const struct dp_policy *native = NULL;
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int result = context ? 0 : -1;

    for (size_t i = 0; i < dp_builtin_policy_count; i++)
        if (strcmp(dp_builtin_policies[i].policy.name, "native") == 0)
            native = &dp_builtin_policies[i].policy;
    for (int number = 0; native && number <= DP_SYSCALL_NEWEST && result == 0; number++) {
        int errnum;

        if (dp_policy_decide(native, number, none, &errnum) == DP_ANSWER_ALLOW)
            result = seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
    }
    if (result == 0)
        result = seccomp_load(context);
    seccomp_release(context);
    return result;
}

static double measure(void)
{
    const double start = now_ns(); /* the vDSO's: no system call */
    char byte;

    for (int i = 0; i < CALLS; i++) {
        if (syscall(SYS_read, 0, &byte, 1) != 1 || syscall(SYS_write, 1, &byte, 1) != 1)
            return -1;
    }
    return (now_ns() - start) / (2.0 * CALLS);
}

/* kind: -2 without a filter, -1 flat, else the built-in policy's index. */
static double measure_in_child(int kind, double *shared)
{
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        const bool ready = dup2(open("/dev/zero", O_RDONLY), 0) == 0 &&
                           dup2(open("/dev/null", O_WRONLY), 1) == 1;
        int result = 0;

        if (kind == -1)
            result = load_flat();
        else if (kind >= 0)
            result = load(&dp_builtin_policies[kind].filter);
        *shared = ready && result == 0 ? measure() : -1;
        syscall(SYS_exit_group, 0);
    }
    waitpid(child, &status, 0);
    return status == 0 ? *shared : -1;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 10;
    double best[KINDS_MAX];
    double *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    const int kinds = (int)dp_builtin_policy_count + 2;

    if (shared == MAP_FAILED || kinds > KINDS_MAX)
        return 1;
    for (int i = 0; i < kinds; i++)
        best[i] = -1;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < kinds; i++) {
            const double one = measure_in_child(i - 2, shared);

            if (one > 0 && (best[i] < 0 || one < best[i]))
                best[i] = one;
        }
    }
    printf("%-10s %8s %8s\n", "filter", "ns/call", "more");
    for (int i = 0; i < kinds; i++)
        printf("%-10s %8.1f %+8.1f\n",
               i == 0   ? "none"
               : i == 1 ? "flat list"
                        : dp_builtin_policies[i - 2].policy.name,
               best[i], best[i] - best[0]);
    return 0;
}
