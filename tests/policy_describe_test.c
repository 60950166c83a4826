/* SPDX-License-Identifier: MIT */
/* policy_describe_test.c - refused calls in words. */
#include "describe.h"

#include <criterion/criterion.h>
#include <linux/audit.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

TestSuite(policy_describe, .timeout = 240);

static struct dualpipe_refusal refusal_of(int number, uint64_t a0, uint64_t a1, uint64_t a2,
                                          uint64_t a3)
{
    return (struct dualpipe_refusal){.count = 1,
                                     .number = number,
                                     .architecture = AUDIT_ARCH_X86_64,
                                     .arguments = {a0, a1, a2, a3, 0, 0}};
}

static void expect_text(struct dualpipe_refusal refusal, const char *expected)
{
    char text[256];

    dp_refusal_text(text, sizeof(text), &refusal, NULL);
    cr_expect_str_eq(text, expected);
}

Test(policy_describe, arguments_are_shown_by_their_names)
{
    expect_text(refusal_of(SYS_socket, 2, 1 | 02000000, 0, 0),
                "socket(domain=AF_INET, type=SOCK_STREAM|SOCK_CLOEXEC, protocol=0)");
    expect_text(refusal_of(SYS_mmap, 0, 4096, 7, 0x22),
                "mmap(address=0x0, length=4096, prot=PROT_READ|PROT_WRITE|PROT_EXEC, "
                "flags=MAP_PRIVATE|MAP_ANONYMOUS, fd=stdin, offset=0)");
    expect_text(refusal_of(SYS_mprotect, 0x1000, 1, 0, 0),
                "mprotect(address=0x1000, length=1, prot=PROT_NONE)");
    expect_text(refusal_of(SYS_openat, UINT64_C(0xffffff9c), 0x10, 0101, 0644),
                "openat(dirfd=AT_FDCWD, path=0x10, flags=O_WRONLY|O_CREAT, mode=0644)");
    expect_text(refusal_of(SYS_kill, (uint64_t)-1, 9, 0, 0), "kill(pid=-1, signal=SIGKILL)");
    expect_text(refusal_of(SYS_kill, 5, 77, 0, 0), "kill(pid=5, signal=77)");
    expect_text(refusal_of(SYS_fork, 0, 0, 0, 0), "fork()");
    expect_text(refusal_of(SYS_pipe2, 0x10, 1 << 30, 0, 0),
                "pipe2(fds=0x10, flags=O_RDONLY|0x40000000)");
    expect_text(refusal_of(500, 1, 2, 3, 4), "call 500");
}

/* The words for one argument of a call that the target told so many bytes of. */
static void expect_told(int number, unsigned argument, const void *bytes, size_t length,
                        const char *expected)
{
    struct dualpipe_refusal refusal = refusal_of(number, 3, 0x10, 0x20, 0x30);
    struct dp_told_list told = {.count = 1, .at = {{.argument = argument, .length = length}}};
    char text[640];

    memcpy(told.at[0].bytes, bytes, length);
    dp_refusal_text(text, sizeof(text), &refusal, &told);
    cr_expect_str_eq(text, expected);
}

Test(policy_describe, what_the_target_told_is_quoted_and_marked)
{
    expect_told(SYS_chdir, 0, "/a\"\\\n\x80", 6,
                "chdir(path=\"/a\\\"\\\\\\x0a\\x80\" (as the target told it))");
    expect_told(SYS_chdir, 0, "", 0, "chdir(path=\"\" (as the target told it))");
    expect_told(SYS_connect, 1, "\2\0\0\120\177\0\0\1\0\0\0\0\0\0\0\0", 16,
                "connect(fd=3, address={AF_INET, 127.0.0.1:80} (as the target told it), "
                "length=32)");
    expect_told(SYS_connect, 1, "\1\0/s\0junk", 9,
                "connect(fd=3, address={AF_UNIX, \"/s\"} (as the target told it), length=32)");
    expect_told(SYS_connect, 1, "\1\0\0s\n", 5,
                "connect(fd=3, address={AF_UNIX, @\"s\\x0a\"} (as the target told it), "
                "length=32)");
    expect_told(SYS_connect, 1, "\1\0", 2,
                "connect(fd=3, address={AF_UNIX, \"\"} (as the target told it), length=32)");
    expect_told(SYS_connect, 1, "\1", 1, "connect(fd=3, address=0x10, length=32)");
    expect_told(SYS_connect, 2, "\1\0s", 3, "connect(fd=3, address=0x10, length=32)");
}

Test(policy_describe, whatever_is_told_there_is_room_and_no_control_character)
{
    struct dualpipe_refusal refusal = refusal_of(SYS_rename, 1, 2, 0, 0);
    struct dualpipe_result result;
    size_t i;

    for (int byte = 0; byte < 256; byte++) {
        struct dp_told_list told = {.count = 2, .at = {{.argument = 0}, {.argument = 1}}};

        for (i = 0; i < DP_TOLD_MAX; i++) {
            told.at[i].length = DP_TOLD_BYTES;
            memset(told.at[i].bytes, byte, DP_TOLD_BYTES);
        }
        dp_refusal_text(result.refused_text, sizeof(result.refused_text), &refusal, &told);
        cr_expect_eq(result.refused_text[strlen(result.refused_text) - 1], ')');
        for (i = 0; result.refused_text[i]; i++)
            cr_expect(result.refused_text[i] >= ' ' && result.refused_text[i] <= '~');
    }
}

Test(policy_describe, foreign_calls_are_named_as_such)
{
    struct dualpipe_refusal refusal = refusal_of(0x40000000 | 39, 0, 0, 0, 0);

    expect_text(refusal, "call 39 of x32");
    refusal.number = 11;
    refusal.architecture = AUDIT_ARCH_I386;
    expect_text(refusal, "call 11 of i386");
}

static const struct dp_policy *find(const char *name)
{
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        if (strcmp(dp_builtin_policies[i].policy.name, name) == 0)
            return &dp_builtin_policies[i].policy;
    }
    return NULL;
}

static void expect_hint(const char *policy, struct dualpipe_refusal refusal, const char *part)
{
    char hint[120];

    dp_refusal_hint(hint, sizeof(hint), find(policy), &refusal);
    cr_expect(strstr(hint, part), "%s: '%s' lacks '%s'", dualpipe_syscall_name(refusal.number),
              hint, part);
    cr_expect_lt(strlen(hint), sizeof(hint) - 1, "cut: %s", hint);
}

Test(policy_describe, hints_say_what_is_not_part_of_the_policy)
{
    expect_hint("native", refusal_of(SYS_socket, 2, 1, 0, 0), "network is not part of native");
    expect_hint("native", refusal_of(SYS_clone, SIGCHLD, 0, 0, 0), "starting a process");
    expect_hint("native", refusal_of(SYS_execve, 0, 0, 0, 0), "another program");
    expect_hint("native", refusal_of(SYS_ptrace, 0, 0, 0, 0), "no honest program");
    expect_hint("native", refusal_of(SYS_mmap, 0, 1, 7, 0x22), "cannot be made executable");
    expect_hint("native", refusal_of(SYS_mmap, 0, 1, 3, 0x21), "MAP_PRIVATE");
    expect_hint("static", refusal_of(SYS_clone, CLONE_VM | CLONE_THREAD, 0, 0, 0),
                "`native` has them");
    expect_hint("static", refusal_of(SYS_openat, 0, 0, 0, 0), "needs `native`");
    expect_hint("strict", refusal_of(SYS_brk, 0, 0, 0, 0), "not strict");
    expect_hint("strict", refusal_of(SYS_mmap, 0, 0, 0, 0), "`static`");
    expect_hint("strict", refusal_of(SYS_socket, 0, 0, 0, 0), "network is not part of strict");
    expect_hint("native", refusal_of(0x40000000, 0, 0, 0, 0), "build for x86-64");
    expect_hint("native", refusal_of(SYS_vhangup, 0, 0, 0, 0), "");
}

Test(policy_describe, small_room_is_kept)
{
    struct dualpipe_refusal refusal = refusal_of(SYS_socket, 2, 1, 0, 0);
    char text[8] = "zzzzzzz";

    dp_refusal_text(text, 7, &refusal, NULL);
    cr_expect_str_eq(text, "socket");
    cr_expect_eq(text[7], '\0');
    dp_refusal_hint(text, 0, find("native"), &refusal);
    cr_expect_str_eq(text, "socket");
    dp_refusal_hint(text, 1, find("native"), &refusal);
    cr_expect_str_eq(text, "");
}
