/* SPDX-License-Identifier: MIT */
/*
 * policy_fuzz.c - random policies: the model, our interpreter, and the kernel that
 * runs this have to agree.
 *
 *     policy_fuzz [--policies N] [--seconds N] [--seed N]
 *
 * In the kernel each filter is loaded with other answers: an allowed call is
 * answered by one error and a notified one by another, so that no call is ever
 * made and any number and any argument can be tried. The child that does so can
 * make no call at all in the end, not even exit: it ends by an illegal
 * instruction.
 */
#include "filter.h"
#include "policy.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define TRIES 96
#define WRONG_EVERY 32 /* one of so many texts is wrong */
#define ALLOWED 131    /* errors that these filters have no other use for */
#define NOTIFIED 132

struct
try {
    int number;
    uint64_t arguments[6];
    uint32_t expected;
};

struct shared {
    struct try tries[TRIES];
    long answers[TRIES];
    int done;
};

static uint64_t next_number(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static const char *const calls[] = {
    "read",    "write",     "mmap",   "mprotect", "clone",  "fcntl",        "ioctl",
    "madvise", "socket",    "kill",   "brk",      "openat", "prlimit64",    "prctl",
    "dup3",    "epoll_ctl", "getpid", "access",   "fork",   "wait4",        "futex",
    "sendto",  "chmod",     "pipe2",  "mremap",   "lseek",  "rt_sigreturn",
};

static uint64_t random_value(uint64_t *state)
{
    switch (next_number(state) % 6) {
    case 0:
        return next_number(state) % 8;
    case 1:
        return UINT64_C(1) << (next_number(state) % 64);
    case 2:
        return UINT64_MAX - next_number(state) % 4;
    case 3:
        return (uint32_t)next_number(state);
    case 4:
        return (uint32_t)-1 - next_number(state) % 4;
    default:
        return next_number(state);
    }
}

static uint64_t random_bits(uint64_t *state)
{
    uint64_t bits = next_number(state) & next_number(state) & next_number(state);

    if (next_number(state) % 2 == 0)
        bits = (uint32_t)bits;
    return bits ? bits : 1;
}

static int write_condition(char *text, size_t room, unsigned argument, uint64_t *state)
{
    const uint64_t bits = random_bits(state);
    const uint64_t others = random_bits(state) & ~bits;

    switch (next_number(state) % 6) {
    case 0:
        return snprintf(text, room, " arg%u=0x%" PRIx64 "|0x%" PRIx64, argument,
                        random_value(state), random_value(state));
    case 1:
        return snprintf(text, room, " arg%u:0x%" PRIx64, argument, bits);
    case 2:
        return snprintf(text, room, " arg%u:!0x%" PRIx64, argument, bits);
    case 3:
        return snprintf(text, room, " arg%u:only(0x%" PRIx64 ")", argument, bits);
    case 4:
        return snprintf(text, room, " arg%u:0x%" PRIx64 ",!0x%" PRIx64, argument, bits,
                        others ? others : ~bits);
    default:
        return snprintf(text, room, " arg%u=0x%" PRIx64, argument, random_value(state));
    }
}

/* So many conditions, each about another argument: two about one may never hold
 * together, which the parser refuses. */
static int write_conditions(char *text, size_t room, uint64_t count, uint64_t *state)
{
    unsigned argument = (unsigned)(next_number(state) % 6);
    int length = 0;

    for (; count > 0; count--) {
        length += write_condition(text + length, room - (size_t)length, argument, state);
        argument = (argument + 1 + (unsigned)(next_number(state) % 2)) % 6;
    }
    return length;
}

/* A line that no text may have. */
static int write_wrong_line(char *text, size_t room, uint64_t *state)
{
    static const char *const lines[] = {
        "allow read arg0=1 arg0=2\n",
        "allow read arg0:1,!3\n",
        "allow read arg0<3\n",
        "kill getppid\nallow getppid\n",
        "allow reed\n",
        "use no-such-policy\n",
        "allow read fd=PROT_READ\n",
        "allow exit\nkill exit\n",
    };

    return snprintf(text, room, "%s", lines[next_number(state) % LENGTH(lines)]);
}

/* What the text has said about each call so far: nothing may be said twice. */
enum said { SAID_NOTHING = 0, SAID_ANSWER, SAID_CASES };

static size_t write_line(char *text, size_t room, enum said *said, const char *call,
                         uint64_t *state)
{
    static const char *const answers[] = {"allow", "kill", "errno EACCES", "enosys"};
    const uint64_t conditions = next_number(state) % 4;
    size_t length = 0;

    if (*said == SAID_ANSWER || (*said == SAID_CASES && conditions == 0))
        return 0;
    if (conditions == 0) {
        *said = SAID_ANSWER;
        return (size_t)snprintf(text, room, "%s %s\n",
                                answers[next_number(state) % LENGTH(answers)], call);
    }
    if (*said == SAID_NOTHING) /* or there would be nothing to add a case to */
        length = (size_t)snprintf(text, room, "kill %s\n", call);
    *said = SAID_CASES;
    length += (size_t)snprintf(text + length, room - length, "allow %s", call);
    length += (size_t)write_conditions(text + length, room - length, conditions, state);
    return length + (size_t)snprintf(text + length, room - length, "\n");
}

/* Returns false for a text that is wrong, as a few are. */
static bool write_policy(char *text, size_t room, uint64_t *state)
{
    static const char *const starts[] = {"otherwise kill\n", "otherwise errno EPERM\n",
                                         "use strict\n", "use native\n", "use shell\n"};
    enum said said[LENGTH(calls)] = {SAID_NOTHING};
    size_t length = (size_t)snprintf(text, room, "%s", starts[next_number(state) % LENGTH(starts)]);
    uint64_t lines = 1 + next_number(state) % 16;

    while (lines-- > 0 && length + 500 < room) {
        const size_t i = next_number(state) % LENGTH(calls);

        length += write_line(text + length, room - length, &said[i], calls[i], state);
    }
    if (next_number(state) % WRONG_EVERY != 0)
        return true;
    (void)write_wrong_line(text + length, room - length, state);
    return false;
}

/* A call that one case allows, or that misses it by a little. */
static void aim(struct try *try, const struct dp_policy *policy, uint64_t *state)
{
    const struct dp_call *call;
    const struct dp_alternative *one;
    unsigned i;

    if (policy->call_count == 0)
        return;
    call = &policy->calls[next_number(state) % policy->call_count];
    try->number = call->number;
    if (call->alternative_count == 0)
        return;
    one =
        &policy
             ->alternatives[call->first_alternative + next_number(state) % call->alternative_count];
    for (i = 0; i < one->condition_count; i++) {
        const struct dp_condition *condition = &one->conditions[i];
        uint64_t *argument = &try->arguments[condition->argument];

        *argument = (*argument & ~condition->mask) | condition->value;
        if (next_number(state) % 4 == 0)
            *argument ^= UINT64_C(1) << (next_number(state) % 64);
    }
}

static void make_try(struct try *try, const struct dp_policy *policy, uint64_t *state)
{
    int errnum = 0;
    int i;

    try->number = (int)(next_number(state) % 512);
    for (i = 0; i < 6; i++)
        try->arguments[i] = random_value(state);
    if (next_number(state) % 8 != 0)
        aim(try, policy, state);
    /* Newer kernels let these two pass by any filter. */
    if (try->number == 335 || try->number == 336)
        try->number = 0;
    try->expected =
        dp_filter_action(dp_policy_decide(policy, try->number, try->arguments, &errnum));
}

/* The answer that the changed filter gives instead of an action. */
static long answer_for(uint32_t action)
{
    if (action == SECCOMP_RET_ALLOW)
        return -ALLOWED;
    return action == SECCOMP_RET_USER_NOTIF ? -NOTIFIED : -ENOSYS;
}

static void change_answers(struct sock_filter *instructions, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (instructions[i].code != (BPF_RET | BPF_K))
            continue;
        if (instructions[i].k == SECCOMP_RET_ALLOW)
            instructions[i].k = SECCOMP_RET_ERRNO | ALLOWED;
        else if (instructions[i].k == SECCOMP_RET_USER_NOTIF)
            instructions[i].k = SECCOMP_RET_ERRNO | NOTIFIED;
    }
}

static long make_call(const struct try *try)
{
    register uint64_t r10 __asm__("r10") = try->arguments[3];
    register uint64_t r8 __asm__("r8") = try->arguments[4];
    register uint64_t r9 __asm__("r9") = try->arguments[5];
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"((long)try->number), "D"(try->arguments[0]), "S"(try->arguments[1]),
                       "d"(try->arguments[2]), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

__attribute__((noreturn)) static void call_all(struct shared *shared,
                                               const struct dp_filter *filter)
{
    const size_t size = filter->count * sizeof(*filter->instructions);
    const struct rlimit none = {0, 0};
    struct sock_filter *copy = malloc(size);
    struct sock_fprog program = {(unsigned short)filter->count, copy};
    int i;

    if (!copy || setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        _exit(1);
    memcpy(copy, filter->instructions, size);
    change_answers(copy, filter->count);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        _exit(2);
    for (i = 0; i < TRIES; i++)
        shared->answers[i] = make_call(&shared->tries[i]);
    shared->done = 1;
    __builtin_trap();
}

/* Returns how many calls were answered otherwise than the model says. */
static int compare(struct shared *shared, const struct dp_policy *policy,
                   const struct dp_filter *filter, uint64_t *state)
{
    int wrong = 0;
    int status;
    pid_t child;
    int i;

    shared->done = 0;
    for (i = 0; i < TRIES; i++)
        make_try(&shared->tries[i], policy, state);
    child = fork();
    if (child == 0)
        call_all(shared, filter);
    if (child < 0 || waitpid(child, &status, 0) != child || !shared->done) {
        fprintf(stderr, "the child failed: status 0x%x\n", (unsigned)status);
        return 1;
    }
    for (i = 0; i < TRIES; i++) {
        const struct try *try = &shared->tries[i];
        struct seccomp_data data = {.nr = try->number, .arch = AUDIT_ARCH_X86_64};
        int64_t found;

        memcpy(data.args, try->arguments, sizeof(data.args));
        found = dp_filter_evaluate(filter, &data);
        if (found == try->expected && shared->answers[i] == answer_for(try->expected))
            continue;
        wrong++;
        fprintf(stderr,
                "call %d (0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64 ", 0x%" PRIx64
                ", 0x%" PRIx64 "): model 0x%x, interpreter 0x%" PRIx64 ", kernel %ld\n",
                try->number, try->arguments[0], try->arguments[1], try->arguments[2],
                try->arguments[3], try->arguments[4], try->arguments[5], try->expected,
                (uint64_t)found, shared->answers[i]);
    }
    return wrong;
}

struct totals {
    unsigned long policies;
    unsigned long refused; /* texts that are wrong, and have to be refused */
    unsigned long wrong;
};

static void try_policy(struct totals *totals, struct shared *shared, uint64_t *state)
{
    char text[16384];
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_filter filter;
    struct dp_mismatch mismatch;
    struct dp_policy_error error;
    unsigned long wrong = 0;
    const bool is_right = write_policy(text, sizeof(text), state);
    const bool is_taken =
        dp_policy_parse(&policy, &arena, "random", text, strlen(text), &error) == 0;

    if (is_taken != is_right) {
        fprintf(stderr, "this policy is %s, line %u: %s\n%s\n",
                is_taken ? "wrong and taken" : "right and refused", error.line, error.message,
                text);
        totals->wrong++;
    }
    if (!is_taken) {
        totals->refused++;
        return;
    }
    if (dp_filter_build(&filter, &policy) < 0) {
        wrong = 1;
    } else {
        wrong = dp_filter_prove(&filter, &policy, &mismatch) < 0;
        wrong += (unsigned long)compare(shared, &policy, &filter, state);
        dp_filter_release(&filter);
    }
    if (wrong > 0)
        fprintf(stderr, "this policy is not what it says:\n%s\n", text);
    totals->policies++;
    totals->wrong += wrong;
    dp_arena_free(arena);
}

static unsigned long option(int argc, char **argv, const char *name, unsigned long otherwise)
{
    int i;

    for (i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0)
            return strtoul(argv[i + 1], NULL, 10);
    }
    return otherwise;
}

int main(int argc, char **argv)
{
    const unsigned long seconds = option(argc, argv, "--seconds", 0);
    const unsigned long policies = option(argc, argv, "--policies", seconds > 0 ? ~0UL : 3000);
    const time_t end = time(NULL) + (time_t)seconds;
    uint64_t state = option(argc, argv, "--seed", 1);
    struct totals totals = {0};
    struct shared *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (shared == MAP_FAILED)
        return 2;
    while (totals.policies < policies && totals.wrong == 0 && (seconds == 0 || time(NULL) < end))
        try_policy(&totals, shared, &state);
    printf("%lu policies, %lu calls each: model, interpreter and kernel %s; %lu wrong texts were "
           "refused\n",
           totals.policies, (unsigned long)TRIES, totals.wrong ? "DIFFER" : "agree",
           totals.refused);
    return totals.wrong > 0 || totals.policies == 0;
}
