/* SPDX-License-Identifier: MIT */
/*
 * filter_bench.c - what a filter costs a program that reads and writes, and what
 * it costs to load a policy from a file.
 *
 *     filter_bench [ROUNDS]
 *
 * One byte is read from /dev/zero and written to /dev/null, over and over: under
 * no filter, under a flat list by libseccomp of the calls that native allows, and
 * under each built-in policy that has both. CPU time is taken, less that of a
 * child which makes no such call; the best of the rounds counts. Then a text that
 * uses a built-in policy is parsed, compiled and proved, as a user's file is: CPU
 * time again, the best and the median of the rounds.
 */
#include "policy.h"

#include <fcntl.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS 300000
#define KINDS_MAX 16

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

static bool read_and_write(void)
{
    char byte;

    for (int i = 0; i < CALLS; i++) {
        if (syscall(SYS_read, 0, &byte, 1) != 1 || syscall(SYS_write, 1, &byte, 1) != 1)
            return false;
    }
    return true;
}

static double microseconds(const struct timeval *time)
{
    return 1e6 * (double)time->tv_sec + (double)time->tv_usec;
}

/*
 * kind: -2 without a filter, -1 flat, else the built-in policy's index. Returns
 * nanoseconds of CPU time for a call, with what else the child does.
 */
static double measure(int kind, int calls)
{
    struct rusage usage;
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        bool ready =
            dup2(open("/dev/zero", O_RDONLY), 0) == 0 && dup2(open("/dev/null", O_WRONLY), 1) == 1;

        if (kind == -1)
            ready = ready && load_flat() == 0;
        else if (kind >= 0)
            ready = ready && load(&dp_builtin_policies[kind].filter) == 0;
        ready = ready && (calls == 0 || read_and_write());
        syscall(SYS_exit_group, ready ? 0 : 1);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        return -1;
    return 1e3 * (microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime)) / (2.0 * CALLS);
}

enum part { PART_PARSE = 0, PART_COMPILE, PART_PROVE, PART_ALL, PARTS };

static double milliseconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

/* What each part of loading a text takes, in milliseconds. */
static bool load_text(const char *text, double took[PARTS])
{
    const double start = milliseconds_now();
    struct dp_policy policy;
    struct dp_filter filter;
    struct dp_arena *arena;
    double parsed;
    double compiled;
    bool is_proved;

    if (dp_policy_parse(&policy, &arena, "bench", text, strlen(text), NULL) < 0)
        return false;
    parsed = milliseconds_now();
    if (dp_filter_build(&filter, &policy) < 0)
        return false;
    compiled = milliseconds_now();
    is_proved = dp_filter_prove(&filter, &policy, NULL) == 0;
    took[PART_ALL] = milliseconds_now() - start;
    took[PART_PARSE] = parsed - start;
    took[PART_COMPILE] = compiled - parsed;
    took[PART_PROVE] = took[PART_ALL] - (compiled - start);
    dp_filter_release(&filter);
    dp_arena_free(arena);
    return is_proved;
}

static int compare_times(const void *a, const void *b)
{
    const double one = *(const double *)a;
    const double other = *(const double *)b;

    return (one > other) - (one < other);
}

static bool measure_load(const char *name, int rounds)
{
    double *times[PARTS] = {NULL};
    char text[256];
    bool worked = rounds > 0;

    (void)snprintf(text, sizeof(text), "use %s\nerrno EACCES @network\nlimit memory 512M\n", name);
    for (int part = 0; part < PARTS; part++) {
        times[part] = calloc((size_t)rounds, sizeof(*times[part]));
        worked = worked && times[part];
    }
    for (int round = 0; round < rounds && worked; round++) {
        double took[PARTS];

        worked = load_text(text, took);
        for (int part = 0; part < PARTS && worked; part++)
            times[part][round] = took[part];
    }
    if (worked)
        printf("%-10s", name);
    for (int part = 0; part < PARTS; part++) {
        if (worked) {
            qsort(times[part], (size_t)rounds, sizeof(*times[part]), compare_times);
            printf("  %6.2f %6.2f", times[part][0], times[part][rounds / 2]);
        }
        free(times[part]);
    }
    if (worked)
        putchar('\n');
    return worked;
}

static int measure_loads(int rounds)
{
    printf("\nloading a file that uses it, ms of CPU time, best and median of %d\n%-10s  %13s  %13s"
           "  %13s  %13s\n",
           rounds, "policy", "parse", "compile", "prove", "all");
    for (size_t i = 0; i < dp_builtin_policy_count; i++) {
        if (!measure_load(dp_builtin_policies[i].policy.name, rounds))
            return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 10;
    double best[KINDS_MAX];
    const int kinds = (int)dp_builtin_policy_count + 2;

    if (kinds > KINDS_MAX)
        return 1;
    for (int i = 0; i < kinds; i++)
        best[i] = -1;
    for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < kinds; i++) {
            const double one = measure(i - 2, CALLS) - measure(i - 2, 0);

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
    return measure_loads(10 * rounds);
}
