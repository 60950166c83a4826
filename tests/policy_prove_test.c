/* SPDX-License-Identifier: MIT */
/* policy_prove_test.c - a filter that does not do what its policy says is found. */
#include "filter.h"
#include "policy.h"
#include "policy_builtin.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

TestSuite(policy_prove, .timeout = 240);

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

Test(policy_prove, built_in_filters_are_right)
{
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        struct dp_mismatch mismatch;

        cr_expect_eq(dp_filter_prove(&dp_builtin_policies[i].filter, &dp_builtin_policies[i].policy,
                                     &mismatch),
                     0, "%s: call %d", dp_builtin_policies[i].policy.name, mismatch.number);
    }
}

/* The text of a file beside the built-in ones; to be freed. */
static char *read_source(const char *name)
{
    char path[512];
    char *text = NULL;
    size_t room = 0;
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s.policy", POLICY_SOURCES, name);
    file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    cr_assert_gt(getdelim(&text, &room, '\0', file), 0, "%s", path);
    fclose(file);
    return text;
}

static void expect_recompiled(const struct dp_builtin_policy *builtin)
{
    const char *name = builtin->policy.name;
    char *text = read_source(name);
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_filter filter;

    cr_expect_str_eq(builtin->text, text, "%s", name);
    cr_assert_eq(dp_policy_parse(&policy, &arena, name, text, strlen(text), NULL), 0, "%s", name);
    cr_assert_eq(dp_filter_build(&filter, &policy), 0, "%s", name);
    cr_expect_str_eq(policy.sha256, builtin->policy.sha256, "%s", name);
    cr_expect_str_eq(filter.sha256, builtin->filter.sha256, "%s", name);
    cr_assert_eq(filter.count, builtin->filter.count, "%s", name);
    cr_expect_eq(memcmp(filter.instructions, builtin->filter.instructions,
                        filter.count * sizeof(*filter.instructions)),
                 0, "%s", name);
    dp_filter_release(&filter);
    dp_arena_free(arena);
    free(text);
}

Test(policy_prove, what_is_embedded_is_what_the_texts_compile_to)
{
    char *groups = read_source("groups");

    cr_assert_eq(strlen(groups), dp_builtin_groups_size);
    cr_expect_eq(memcmp(groups, dp_builtin_groups, dp_builtin_groups_size), 0);
    free(groups);
    cr_expect_eq(dp_builtin_policy_count, 10);
    for (size_t i = 0; i < dp_builtin_policy_count; i++)
        expect_recompiled(&dp_builtin_policies[i]);
}

/* So many cases of one call, in lines of 60; to be freed. */
static char *write_cases(int lines, const char *conditions)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    cr_assert_not_null(out);
    fputs("kill fcntl\n", out);
    for (int line = 0; line < lines; line++) {
        fputs("allow fcntl fd=", out);
        for (int i = 0; i < 60; i++)
            fprintf(out, "%s%d", i > 0 ? "|" : "", 60 * line + i);
        fprintf(out, "%s\n", conditions);
    }
    cr_assert_eq(fclose(out), 0);
    return text;
}

static int build_cases(int lines, const char *conditions)
{
    char *text = write_cases(lines, conditions);
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_filter filter;
    int result;

    cr_assert_eq(dp_policy_parse(&policy, &arena, "x", text, strlen(text), NULL), 0);
    result = dp_filter_build(&filter, &policy);
    if (result == 0) {
        result = dp_filter_prove(&filter, &policy, NULL);
        dp_filter_release(&filter);
    }
    dp_arena_free(arena);
    free(text);
    return result;
}

/* libseccomp 2.5.4 would write beyond its memory for the largest of these. */
Test(policy_prove, policies_that_no_kernel_takes_are_refused_before_libseccomp_sees_them)
{
    static const char many[] = " command:1,!2 argument:1 arg3:1 arg4:1 arg5:1";

    cr_expect_eq(build_cases(1, many), 0);
    cr_expect_eq(build_cases(3, ""), 0);
    cr_expect_eq(build_cases(50, ""), -EBADMSG); /* too many to be proved */
    cr_expect_eq(build_cases(14, many), -E2BIG);
    cr_expect_eq(build_cases(60, many), -E2BIG);
}

/* A small generator, so that every run tries the same. */
static uint64_t next_number(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 11 ^ *state << 40;
}

/* Numbers of a kind that tells filters apart. */
static uint64_t interesting(uint64_t *state, const struct dp_filter *filter)
{
    uint64_t choice = next_number(state);
    uint32_t low = filter->instructions[choice % filter->count].k;
    uint32_t high = filter->instructions[(choice >> 16) % filter->count].k;

    switch (choice >> 40 & 7) {
    case 0:
        return low;
    case 1:
        return (uint64_t)high << 32 | low;
    case 2:
        return low ^ UINT64_C(1) << (choice >> 32 & 63);
    case 3:
        return choice >> 32 & 7;
    case 4:
        return ~(uint64_t)low;
    default:
        return choice >> 32 & 0xff;
    }
}

/* Do two programs give the same for many arguments? Not made by the prover's
 * rules: it looks where it likes. */
static bool look_equal(const struct dp_filter *a, const struct dp_filter *b, uint64_t seed)
{
    uint64_t state = seed + 1;
    int round;

    for (round = 0; round < 20000; round++) {
        struct seccomp_data data = {.arch = AUDIT_ARCH_X86_64};
        int i;

        data.nr = (int)(next_number(&state) % 460);
        if (next_number(&state) % 64 == 0)
            data.arch = (uint32_t)interesting(&state, a);
        if (next_number(&state) % 64 == 0)
            data.nr = (int)interesting(&state, a);
        for (i = 0; i < 6; i++)
            data.args[i] = interesting(&state, a);
        if (dp_filter_run(a, &data) != dp_filter_run(b, &data))
            return false;
    }
    return true;
}

/* Change one instruction in one way. Returns false where that changes nothing. */
static bool change(struct sock_filter *instruction, unsigned way)
{
    struct sock_filter before = *instruction;

    switch (way) {
    case 0:
        instruction->k ^= 1;
        break;
    case 1:
        instruction->k ^= UINT32_C(0x80000000);
        break;
    case 2:
        instruction->k += 4;
        break;
    case 3:
        instruction->jt ^= 1;
        break;
    case 4:
        instruction->jf ^= 1;
        break;
    case 5:
        instruction->jt = before.jf;
        instruction->jf = before.jt;
        break;
    case 6:
        if (BPF_CLASS(before.code) != BPF_RET)
            return false;
        instruction->k = before.k == SECCOMP_RET_ALLOW ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ALLOW;
        break;
    default:
        *instruction = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        break;
    }
    return memcmp(&before, instruction, sizeof(before)) != 0;
}

static void expect_changes_found(const struct dp_builtin_policy *builtin)
{
    size_t size = builtin->filter.count * sizeof(struct sock_filter);
    struct sock_filter *copy = malloc(size);
    struct dp_filter changed = {.instructions = copy, .count = builtin->filter.count};
    unsigned equivalent = 0;
    unsigned found = 0;
    size_t i;
    unsigned way;

    for (i = 0; i < changed.count; i++) {
        for (way = 0; way < 8; way++) {
            memcpy(copy, builtin->filter.instructions, size);
            if (!change(&copy[i], way))
                continue;
            if (dp_filter_prove(&changed, &builtin->policy, NULL) < 0) {
                found++;
                continue;
            }
            equivalent++;
            cr_expect(look_equal(&builtin->filter, &changed, i * 8 + way),
                      "%s: change %u of instruction %zu is not found", builtin->policy.name, way,
                      i);
        }
    }
    /* Without arguments, most are found; what is left are jumps that are never
     * taken both ways. */
    cr_expect_gt(found, 20 * equivalent / 10, "%s: %u found, %u equivalent", builtin->policy.name,
                 found, equivalent);
    free(copy);
}

Test(policy_prove, each_changed_instruction_of_strict_is_found_or_changes_nothing)
{
    expect_changes_found(&dp_builtin_policies[0]);
}

Test(policy_prove, each_changed_instruction_of_static_is_found_or_changes_nothing)
{
    expect_changes_found(&dp_builtin_policies[1]);
}

Test(policy_prove, each_changed_instruction_of_native_is_found_or_changes_nothing)
{
    expect_changes_found(&dp_builtin_policies[2]);
}

Test(policy_prove, a_hidden_door_is_found_however_odd_its_key)
{
    const struct dp_builtin_policy *strict = &dp_builtin_policies[0];
    size_t count = strict->filter.count;
    /* read of any descriptor, when the count is a certain number: a value that
     * no list of boundary values holds. */
    const struct sock_filter door[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 32),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x12345678, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_filter *copy = malloc((count + LENGTH(door)) * sizeof(*copy));
    struct dp_filter changed = {.instructions = copy, .count = count + LENGTH(door)};
    struct dp_mismatch mismatch;

    memcpy(copy, strict->filter.instructions, 2 * sizeof(*copy)); /* is it native? */
    copy[1].jf = (uint8_t)(copy[1].jf + LENGTH(door));
    memcpy(copy + 2, door, sizeof(door));
    memcpy(copy + 2 + LENGTH(door), strict->filter.instructions + 2, (count - 2) * sizeof(*copy));
    cr_expect_eq(dp_filter_check(&changed), 0);
    cr_expect_eq(dp_filter_prove(&changed, &strict->policy, &mismatch), -EBADMSG);
    cr_expect_eq(mismatch.number, SYS_read);
    cr_expect_eq(mismatch.arguments[2] & UINT32_MAX, 0x12345678);
    cr_expect_eq(mismatch.found, SECCOMP_RET_ALLOW);
    cr_expect_eq(mismatch.expected, SECCOMP_RET_USER_NOTIF);
    free(copy);
}

/* Random policies, of what the language can say about arguments. */

static const char *const fuzz_conditions[][8] = {
    {"read", "fd=stdin", "fd=1|2", "fd=7", "count=4096|8192", "count=0", "fd=AT_FDCWD", ""},
    {"mmap", "prot:!PROT_EXEC", "prot:PROT_EXEC,!PROT_WRITE", "flags:MAP_PRIVATE,!MAP_SHARED",
     "flags:only(MAP_PRIVATE|MAP_ANONYMOUS)", "prot=PROT_READ|PROT_NONE", "fd=-1", "length=4096"},
    {"clone", "flags:@thread", "flags:CLONE_VM", "flags:!CLONE_NEWUSER", "flags=SIGCHLD", "stack=0",
     "tls=0x123456789abcdef0", "flags:0x100000000"},
    {"fcntl", "command=F_GETFL|F_SETFL", "argument:!O_ASYNC", "argument:O_NONBLOCK", "fd=0|1|2",
     "command=F_DUPFD", "argument=0", "argument:only(O_NONBLOCK|O_APPEND)"},
    {"madvise", "advice=MADV_DONTNEED|MADV_FREE", "advice=MADV_NORMAL", "length:!0xfff",
     "length:0x8000000000000000", "address=0", "advice:0x10", "advice:!0x1"},
    {"socket", "domain=AF_UNIX", "type=SOCK_STREAM|SOCK_DGRAM", "protocol=0", "domain=AF_INET",
     "type:!SOCK_NONBLOCK", "protocol:only(0xf)", "type:SOCK_CLOEXEC"},
};

static size_t write_random_rules(char *text, size_t room, uint64_t *state)
{
    size_t length = 0;
    uint64_t lines = 1 + next_number(state) % 12;

    while (lines-- > 0 && length + 300 < room) {
        const char *const *row = fuzz_conditions[next_number(state) % LENGTH(fuzz_conditions)];
        uint64_t count = 1 + next_number(state) % 3;

        length += (size_t)snprintf(text + length, room - length, "allow %s", row[0]);
        while (count-- > 0) {
            const char *condition = row[1 + next_number(state) % 7];

            length += (size_t)snprintf(text + length, room - length, " %s", condition);
        }
        if (text[length - 1] == ' ') /* the empty one came last */
            length--;
        length += (size_t)snprintf(text + length, room - length, "\n");
    }
    return length;
}

Test(policy_prove, random_policies_compile_to_what_they_say_or_are_refused)
{
    char text[8192];
    uint64_t state = 42;
    unsigned proved = 0;
    unsigned refused = 0;
    int round;

    for (round = 0; round < 1500; round++) {
        size_t size = write_random_rules(text, sizeof(text), &state);
        struct dp_policy policy;
        struct dp_arena *arena;
        struct dp_filter filter;
        struct dp_mismatch mismatch;

        if (dp_policy_parse(&policy, &arena, "random", text, size, NULL) < 0)
            continue; /* conditions that contradict, or one that is missing */
        cr_assert_eq(dp_filter_build(&filter, &policy), 0, "%s", text);
        if (dp_filter_prove(&filter, &policy, &mismatch) == 0)
            proved++;
        else
            refused++;
        cr_expect_eq(mismatch.number, 0,
                     "call %d, found 0x%x, expected 0x%x (0x%llx 0x%llx "
                     "0x%llx 0x%llx):\n%s",
                     mismatch.number, mismatch.found, mismatch.expected,
                     (unsigned long long)mismatch.arguments[0],
                     (unsigned long long)mismatch.arguments[1],
                     (unsigned long long)mismatch.arguments[2],
                     (unsigned long long)mismatch.arguments[3], text);
        dp_filter_release(&filter);
        dp_arena_free(arena);
    }
    cr_expect_gt(proved, 300);
    cr_expect_eq(refused, 0);
}
