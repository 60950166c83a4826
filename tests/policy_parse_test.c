/* SPDX-License-Identifier: MIT */
/* policy_parse_test.c - the policy language: what wins, and what is wrong. */
#include "policy.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

TestSuite(policy_parse, .timeout = 240);

struct parsed {
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_policy_error error;
    int result;
};

static struct parsed parse(const char *text)
{
    struct parsed parsed = {.arena = NULL};

    parsed.result = dp_policy_parse(&parsed.policy, &parsed.arena, "test.policy", text,
                                    strlen(text), &parsed.error);
    return parsed;
}

/* A text that has to parse. */
static struct parsed parse_good(const char *text)
{
    struct parsed parsed = parse(text);

    cr_assert_eq(parsed.result, 0, "line %u, column %u: %s", parsed.error.line, parsed.error.column,
                 parsed.error.message);
    return parsed;
}

static enum dp_answer decide(const struct parsed *parsed, int number, uint64_t a0, uint64_t a1,
                             uint64_t a2, uint64_t a3)
{
    const uint64_t arguments[6] = {a0, a1, a2, a3, 0, 0};
    int errnum = 0;

    return dp_policy_decide(&parsed->policy, number, arguments, &errnum);
}

struct wrong {
    const char *text;
    unsigned line;
    unsigned column;
    const char *message; /* a part of it */
};

static void expect_wrong(const struct wrong *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const struct wrong *row = &rows[i];
        struct parsed parsed = parse(row->text);

        cr_expect_eq(parsed.result, -EINVAL, "parses: %s", row->text);
        if (parsed.result == 0) {
            dp_arena_free(parsed.arena);
            continue;
        }
        cr_expect(parsed.error.line == row->line && parsed.error.column == row->column,
                  "at %u:%u, not %u:%u (%s): %s", parsed.error.line, parsed.error.column, row->line,
                  row->column, parsed.error.message, row->text);
        cr_expect(strstr(parsed.error.message, row->message), "'%s' lacks '%s'",
                  parsed.error.message, row->message);
        cr_expect_eq(parsed.error.errnum, EINVAL);
    }
}

#define EXPECT_WRONG(rows) expect_wrong(rows, sizeof(rows) / sizeof((rows)[0]))

Test(policy_parse, says_where_a_statement_is_wrong)
{
    static const struct wrong rows[] = {
        {"allo read\n", 1, 1, "unknown word 'allo'; expected use, allow"},
        {"\n  # comment\n  allow raed\n", 3, 9, "unknown system call 'raed'"},
        {"allow\n", 1, 6, "expected the name of a system call"},
        {"kill\n", 1, 5, "expected the name of a system call"},
        {"errno\n", 1, 6, "the name of an error"},
        {"errno EPREM socket\n", 1, 7, "unknown error 'EPREM'"},
        {"errno EPERM\n", 1, 12, "expected the name of a system call"},
        {"errno EPERM socket domain=AF_INET\n", 1, 20, "conditions go with `allow`"},
        {"otherwise\n", 1, 1, "`otherwise kill`"},
        {"otherwise kill now\n", 1, 16, "unexpected 'now'"},
        {"otherwise allow\n", 1, 1, "expected `otherwise kill`"},
        {"allow @files\n", 1, 7, "write `use @files`"},
        {"use @nothing\n", 1, 5, "unknown group '@nothing'"},
        {"kill @nothing\n", 1, 6, "unknown group '@nothing'"},
        {"use nothing\n", 1, 5, "there is no built-in policy 'nothing'"},
        {"use ./nothing.policy\n", 1, 5, "cannot read './nothing.policy': No such file"},
        {"use\n", 1, 4, "expected the name of a policy"},
        {"end\n", 1, 1, "`end` without a `group`"},
        {"group @x\nallow read\n", 2, 1, "the group of line 1 has no `end`"},
        {"group @memory\nend\n", 1, 7, "made already by groups"},
        {"group x\nend\n", 1, 1, "expected `group @NAME`"},
        {"group @x\nlimit time 1s\nend\n", 2, 1, "'limit' cannot stand in a group"},
        {"group @x\nuse native\nend\n", 2, 5, "a group can use groups only"},
        {"group @x\nallow raed\nend\n", 2, 7, "unknown system call"},
        {"exec twice\n", 1, 6, "`exec once` or `exec free`"},
        {"allow cachestat\n", 1, 7, "newer ones are always ENOSYS"},
    };

    EXPECT_WRONG(rows);
}

Test(policy_parse, says_which_condition_is_wrong)
{
    static const struct wrong rows[] = {
        {"allow read fd<3\n", 1, 14, "only equality"},
        {"allow read fd>3\n", 1, 14, "only equality"},
        {"allow read fd<=3\n", 1, 14, "only equality"},
        {"allow read fd!=3\n", 1, 14, "only equality"},
        {"allow read fd==3\n", 1, 14, "only equality"},
        {"allow read fd&3\n", 1, 14, "only equality"},
        {"allow read fd=\n", 1, 15, "expected a value"},
        {"allow read fd=stdinn\n", 1, 15, "unknown constant 'stdinn'"},
        {"allow read fd=stdin|\n", 1, 21, "unknown constant ''"},
        {"allow read file=stdin\n", 1, 12, "read has no argument 'file'; expected one of fd,"},
        {"allow getpid fd=stdin\n", 1, 14, "getpid takes no conditions"},
        {"allow read fd=PROT_READ\n", 1, 15, "does not go with this argument"},
        {"allow read fd=4294967296\n", 1, 15, "too large"},
        {"allow mmap length=18446744073709551616\n", 1, 19, "too large"},
        {"allow mmap length=0x1ffffffffffffffff\n", 1, 19, "too large"},
        {"allow mmap length=010\n", 1, 19, "unknown constant '010'"},
        {"allow mmap prot:PROT_NONE\n", 1, 17, "has no bits"},
        {"allow mmap prot:PROT_READ,!PROT_READ\n", 1, 27, "this can never hold"},
        {"allow mmap prot:PROT_READ prot=PROT_WRITE\n", 1, 27, "can never hold"},
        {"allow mmap prot:only(PROT_READ\n", 1, 31, "expected ')'"},
        {"allow clone flags:@nothing\n", 1, 19, "unknown set of flags '@nothing'"},
        {"allow mmap flags:@thread\n", 1, 18, "for another kind of argument"},
        {"allow read fd=0 getpid\n", 1, 17, "'getpid' is no condition"},
        {"flags @x clone\n", 1, 1, "expected `flags @NAME CALL ARGUMENT FLAGS...`"},
        {"flags @thread clone flags CLONE_VM\n", 1, 7, "made already by groups"},
        {"witness mmap length 1M\n", 1, 1, "expected `witness CALL ARGUMENT from SIZE`"},
        {"allow mmap\nwitness mmap length from 3M\n", 2, 26, "a power of two"},
        {"allow mmap\nwitness mmap prot from 1M\n", 2, 14, "is not a size"},
        {"witness mmap length from 1M\n", 1, 9, "mmap is not allowed so far"},
    };

    EXPECT_WRONG(rows);
}

Test(policy_parse, says_which_statements_contradict)
{
    static const struct wrong rows[] = {
        {"allow read\nkill read\n", 2, 6, "line 1 says it already"},
        {"allow read fd=0\nkill read\n", 2, 6, "would undo line 1"},
        {"allow read\nallow read fd=0\n", 2, 7, "to narrow it, say `kill read`"},
        {"enosys read\nallow read fd=0\n", 2, 7, "has no exceptions"},
        {"use strict\nallow exit fd=0\n", 2, 12, "exit has no argument 'fd'"},
        {"kill exit\n", 1, 6, "always allowed"},
        {"errno EPERM exit_group\n", 1, 13, "always allowed"},
        {"allow exit status=0\n", 1, 7, "always allowed"},
        {"allow execveat\n", 1, 7, "execveat can only be refused"},
        {"enosys execve\n", 1, 8, "write `errno ENOSYS execve`"},
        {"\nallow execve\n", 2, 1, "with `exec free` only"},
        {"otherwise enosys\nallow read fd=0\n", 2, 1, "needs `kill read`"},
        {"otherwise kill\notherwise enosys\n", 2, 1, "line 1 says it already"},
        {"limit time 1s\nlimit time 2s\n", 2, 7, "line 1 says it already"},
        {"environment A=1\nenvironment A=2\n", 2, 13, "line 1 says it already"},
        {"exec once\nexec free\n", 2, 1, "line 1 says it already"},
        {"show /lib\nshow /lib optional\n", 2, 6, "line 1 says it already"},
        {"kill brk\nuse @memory\n", 60, 11, ""},
    };

    expect_wrong(rows, sizeof(rows) / sizeof(rows[0]) - 1);
    /* The last one is found in the group, and names the line to move. */
    struct parsed parsed = parse(rows[sizeof(rows) / sizeof(rows[0]) - 1].text);

    cr_expect_eq(parsed.result, -EINVAL);
    cr_expect_str_eq(parsed.error.file, "groups");
    cr_expect(strstr(parsed.error.message, "test.policy, line 1: put `use` before it"), "%s",
              parsed.error.message);
}

Test(policy_parse, says_which_setting_is_wrong)
{
    static const struct wrong rows[] = {
        {"limit\n", 1, 1, "expected `limit NAME AMOUNT`"},
        {"limit speed 3\n", 1, 7, "expected `limit NAME AMOUNT`"},
        {"limit time\n", 1, 7, "in three words"},
        {"limit time 0\n", 1, 12, "is zero or too large"},
        {"limit time 3x\n", 1, 12, "is no amount of time"},
        {"limit memory 99999999999999999999\n", 1, 14, "is zero or too large"},
        {"limit memory memory\n", 1, 14, "is no amount"},
        {"directory /a 0\n", 1, 14, "'0' is no size of a directory"},
        {"directory /a 1x\n", 1, 14, "'1x' is no size of a directory"},
        {"directory /a 99999999999999999999G\n", 1, 14, "is no size of a directory"},
        {"directory /a unlimited\n", 1, 14, "a size as 64M may stand here"},
        {"directory /a -1\n", 1, 14, "a size as 64M may stand here"},
        {"directory /a 1M 2M\n", 1, 17, "is a second size"},
        {"directory /a 1M optional\n", 1, 17, "unexpected 'optional'"},
        {"show /a 1M\n", 1, 9, "unexpected '1M'"},
        {"limit disk 1M\ndirectory /a 1M\ndirectory /b 1\n", 3, 1, "more than is left"},
        {"directory /a 65M\n", 1, 1, "parts of `limit disk`"},
        {"show lib\n", 1, 6, "expected an absolute path"},
        {"show /\n", 1, 6, "the root itself"},
        {"show /usr/../etc\n", 1, 6, "expected an absolute path"},
        {"show /usr//lib\n", 1, 6, "expected an absolute path"},
        {"show /usr/./lib\n", 1, 6, "expected an absolute path"},
        {"show /usr/lib/\n", 1, 6, "expected an absolute path"},
        {"show /usr/lib writable\n", 1, 15, "'optional' may stand here"},
        {"directory /box optional\n", 1, 16, "unexpected 'optional'"},
        {"device /dev/null executable\n", 1, 18, "unexpected 'executable'"},
        {"proc /proc\n", 1, 6, "stands alone"},
        {"environment PATH\n", 1, 13, "expected NAME=value"},
        {"environment =x\n", 1, 13, "expected NAME=value"},
        {"environment A=b c\n", 1, 17, "one word too many"},
        {"preload\n", 1, 8, "expected `preload MODULE...`"},
        {"preload json 1x\n", 1, 14, "'1x' is no name of a module"},
        {"preload a..b\n", 1, 9, "no name of a module"},
        {"preload a/b\n", 1, 9, "no name of a module"},
        {"start-in box\n", 1, 10, "expected an absolute path"},
        {"layers\n", 1, 1, "expected `layers LAYER...`"},
        {"layers all but\n", 1, 1, "expected `layers LAYER...`"},
        {"layers landlok\n", 1, 8, "unknown layer 'landlok'"},
    };

    EXPECT_WRONG(rows);
}

Test(policy_parse, refuses_bytes_that_are_no_text)
{
    static const struct wrong rows[] = {
        {"allow read", 1, 11, "expected a newline"},
        {"allow read\r\n", 1, 11, "not CR LF"},
        {"allow\033 read\n", 1, 6, "a control character"},
    };
    struct dp_policy policy;
    struct dp_arena *arena;
    struct dp_policy_error error;

    EXPECT_WRONG(rows);
    cr_expect_eq(dp_policy_parse(&policy, &arena, "x", "allow\0 read\n", 12, &error), -EINVAL);
    cr_expect(strstr(error.message, "NUL"), "%s", error.message);
    cr_expect_eq(error.column, 6);
}

Test(policy_parse, bounds_line_and_text_and_rules)
{
    size_t size = 300 * 1024;
    char *text = malloc(size + 1);
    struct parsed parsed;
    size_t i;

    memset(text, '#', 1001);
    strcpy(text + 1001, "\n");
    parsed = parse(text);
    cr_expect_eq(parsed.result, -EINVAL);
    cr_expect(strstr(parsed.error.message, "longer than 1000"), "%s", parsed.error.message);

    for (i = 0; i < size; i++)
        text[i] = i % 100 == 99 ? '\n' : '#';
    text[size] = '\0';
    parsed = parse(text);
    cr_expect_eq(parsed.result, -EFBIG);
    cr_expect(strstr(parsed.error.message, "256 KiB"), "%s", parsed.error.message);

    text[0] = '\0';
    for (i = 0; i < 3000; i++)
        strcpy(text + 11 * i, "allow read\n");
    parsed = parse(text);
    cr_expect_eq(parsed.result, -EINVAL);
    cr_expect(strstr(parsed.error.message, "more than 4096 rules"), "%s", parsed.error.message);
    free(text);
}

Test(policy_parse, bounds_words_and_values_and_combinations)
{
    char text[1200] = "kill";
    struct parsed parsed;
    int i;

    for (i = 0; i < 64; i++)
        strcat(text, " read");
    strcat(text, "\n");
    parsed = parse(text);
    cr_expect_eq(parsed.result, -EINVAL);
    cr_expect(strstr(parsed.error.message, "more than 64 words"), "%s", parsed.error.message);

    strcpy(text, "allow read fd=0");
    for (i = 1; i < 65; i++)
        sprintf(text + strlen(text), "|%d", i);
    strcat(text, "\n");
    parsed = parse(text);
    cr_expect_eq(parsed.result, -EINVAL);
    cr_expect(strstr(parsed.error.message, "more than 64 values"), "%s", parsed.error.message);

    parsed = parse("allow socket domain=1|2|3|4|5|6|7|8|9 type=1|2|3|4|5|6|7|8\n");
    cr_expect_eq(parsed.result, -EINVAL);
    cr_expect(strstr(parsed.error.message, "more than 64 combinations"), "%s",
              parsed.error.message);
}

Test(policy_parse, an_empty_text_grants_nothing)
{
    struct parsed parsed = parse_good("");

    cr_expect_eq(decide(&parsed, SYS_read, 0, 0, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_exit_group, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_execve, 0, 0, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, 450, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    cr_expect_eq(decide(&parsed, 400, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    cr_expect_eq(decide(&parsed, -1, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    cr_expect(parsed.policy.exec_once);
    cr_expect_eq(parsed.policy.view_count, 0);
    cr_expect_eq(parsed.policy.env_count, 0);
    cr_expect_str_eq(parsed.policy.directory, "/");
    cr_expect_eq(parsed.policy.limits.open_files, 3);
    cr_expect_eq(parsed.policy.limits.processes, 1);
    cr_expect_eq(parsed.policy.layers & DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP), 0);
    cr_expect_neq(parsed.policy.layers & DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_SECCOMP), 0);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, conditions_on_a_line_are_and_lines_are_or)
{
    struct parsed parsed = parse_good("allow socket domain=AF_UNIX type=SOCK_STREAM|SOCK_DGRAM\n"
                                      "allow socket domain=AF_INET protocol=6\n");

    cr_expect_eq(decide(&parsed, SYS_socket, 1, 1, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_socket, 1, 2, 9, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_socket, 1, 3, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_socket, 2, 3, 6, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_socket, 2, 1, 0, 0), DP_ANSWER_KILL);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, equality_is_of_all_64_bits)
{
    struct parsed parsed = parse_good("allow read fd=stdin\n"
                                      "allow openat dirfd=AT_FDCWD\n");

    cr_expect_eq(decide(&parsed, SYS_read, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_read, UINT64_C(1) << 32, 0, 0, 0), DP_ANSWER_KILL);
    /* A negative int comes with its upper half clear or set. */
    cr_expect_eq(decide(&parsed, SYS_openat, UINT64_C(0xffffff9c), 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_openat, (uint64_t)-100, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_openat, UINT64_C(0x1ffffff9c), 0, 0, 0), DP_ANSWER_KILL);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, flags_may_be_set_clear_and_no_others)
{
    struct parsed parsed = parse_good("allow mprotect prot:PROT_READ,!PROT_EXEC\n"
                                      "allow pipe2 flags:only(O_CLOEXEC|O_NONBLOCK)\n"
                                      "flags @mine clone flags CLONE_VM,!CLONE_PARENT\n"
                                      "flags @mine clone flags !CLONE_NEWNS\n"
                                      "allow clone flags:@mine,CLONE_FS\n");

    cr_expect_eq(decide(&parsed, SYS_mprotect, 0, 0, 1, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mprotect, 0, 0, 3, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mprotect, 0, 0, 2, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_mprotect, 0, 0, 5, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_pipe2, 0, O_CLOEXEC, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_pipe2, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_pipe2, 0, O_EXCL, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_pipe2, 0, UINT64_C(1) << 40, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_clone, 0x300, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_clone, 0x100, 0, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_clone, 0x20300, 0, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_clone, 0x8300, 0, 0, 0), DP_ANSWER_KILL);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, adds_up_the_modules_of_an_interpreter)
{
    struct parsed parsed = parse_good("use native\n"
                                      "preload json os.path\n"
                                      "preload _x json re2\n");
    static const char *const expected[] = {"json", "os.path", "_x", "re2"};

    cr_assert_eq(parsed.policy.preload_count, 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect_str_eq(parsed.policy.preload[i], expected[i]);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, later_statements_replace_those_of_used_texts)
{
    struct parsed parsed = parse_good("use native\n"
                                      "kill openat\n"
                                      "kill mmap\n"
                                      "allow mmap prot=PROT_READ\n"
                                      "errno EACCES @network\n"
                                      "limit time 2s\n"
                                      "environment HOME=/tmp\n"
                                      "exec free\n"
                                      "layers pid-namespace seccomp\n"
                                      "show /usr/lib64\n"
                                      "start-in /tmp\n");
    const uint64_t none[6] = {0};
    int errnum = 0;
    size_t i;

    cr_expect_eq(decide(&parsed, SYS_openat, 0, 0, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_read, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mmap, 0, 4096, 1, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mmap, 0, 4096, 3, 0x22), DP_ANSWER_KILL);
    cr_expect_eq(dp_policy_decide(&parsed.policy, SYS_socket, none, &errnum), DP_ANSWER_ERRNO);
    cr_expect_eq(errnum, EACCES);
    cr_expect_eq(parsed.policy.limits.cpu_us, DUALPIPE_SECONDS(2));
    cr_expect_eq(parsed.policy.limits.memory_bytes, DUALPIPE_MEBIBYTES(256));
    cr_expect_eq(parsed.policy.env_count, 3);
    cr_expect_str_eq(parsed.policy.env[1], "HOME=/tmp");
    cr_expect_not(parsed.policy.exec_once);
    cr_expect_str_eq(parsed.policy.directory, "/tmp");
    cr_expect_eq(parsed.policy.layers, DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_PID_NAMESPACE) |
                                           DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_SECCOMP));
    for (i = 0; i < parsed.policy.view_count; i++) {
        if (strcmp(parsed.policy.views[i].path, "/usr/lib64") == 0)
            cr_expect_not(parsed.policy.views[i].optional);
    }
    dp_arena_free(parsed.arena);
}

Test(policy_parse, directories_have_sizes_of_their_own_or_none)
{
    struct parsed parsed = parse_good("directory /a 1M\n"
                                      "directory /b 4096 executable\n"
                                      "directory /c executable 2K\n"
                                      "directory /d\n"
                                      "limit disk unlimited\n");

    cr_assert_eq(parsed.policy.view_count, 4);
    cr_expect_eq(parsed.policy.views[0].size_bytes, DUALPIPE_MEBIBYTES(1));
    cr_expect_eq(parsed.policy.views[1].size_bytes, 4096);
    cr_expect(parsed.policy.views[1].executable);
    cr_expect_eq(parsed.policy.views[2].size_bytes, 2048);
    cr_expect(parsed.policy.views[2].executable);
    cr_expect_eq(parsed.policy.views[3].size_bytes, 0);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, groups_of_ones_own_can_be_used_and_refused)
{
    struct parsed parsed = parse_good("group @mine\n"
                                      "    allow getpid\n"
                                      "    allow read fd=stdin\n"
                                      "    use @network\n"
                                      "end\n"
                                      "use @mine\n");

    cr_expect_eq(decide(&parsed, SYS_getpid, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_read, 1, 0, 0, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_socket, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    dp_arena_free(parsed.arena);

    parsed = parse_good("group @mine\nallow getpid\nallow read fd=stdin\nuse @network\nend\n"
                        "use native\nenosys @mine\n");
    cr_expect_eq(decide(&parsed, SYS_getpid, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    cr_expect_eq(decide(&parsed, SYS_read, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    cr_expect_eq(decide(&parsed, SYS_socket, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, witness_is_about_the_cases_so_far)
{
    struct parsed parsed = parse_good("allow mmap prot=PROT_READ|PROT_NONE\n"
                                      "witness mmap length from 1M\n"
                                      "allow mmap prot=PROT_EXEC\n"
                                      "allow mremap\n"
                                      "witness mremap new_size from 4K\n");

    cr_expect_eq(decide(&parsed, SYS_mmap, 0, 1048575, 1, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mmap, 0, 1048576, 1, 0), DP_ANSWER_WITNESS);
    cr_expect_eq(decide(&parsed, SYS_mmap, 0, UINT64_MAX, 0, 0), DP_ANSWER_WITNESS);
    cr_expect_eq(decide(&parsed, SYS_mmap, 0, 1048576, 3, 0), DP_ANSWER_KILL);
    cr_expect_eq(decide(&parsed, SYS_mmap, 0, UINT64_MAX, 4, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mremap, 0, 0, 4095, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_mremap, 0, 0, 4096, 0), DP_ANSWER_WITNESS);
    dp_arena_free(parsed.arena);

    parsed = parse_good("use native\nallow mremap\n"); /* and nothing witnesses it now */
    cr_expect_eq(decide(&parsed, SYS_mremap, 0, 0, UINT64_MAX, 0), DP_ANSWER_ALLOW);
    dp_arena_free(parsed.arena);
}

Test(policy_parse, exec_free_allows_execve_and_never_execveat)
{
    struct parsed parsed = parse_good("exec free\nallow execve\n");

    cr_expect_eq(decide(&parsed, SYS_execve, 0, 0, 0, 0), DP_ANSWER_ALLOW);
    cr_expect_eq(decide(&parsed, SYS_execveat, 0, 0, 0, 0), DP_ANSWER_KILL);
    dp_arena_free(parsed.arena);
    parsed = parse_good("otherwise enosys\n");
    cr_expect_eq(decide(&parsed, SYS_execve, 0, 0, 0, 0), DP_ANSWER_ERRNO);
    cr_expect_eq(decide(&parsed, SYS_read, 0, 0, 0, 0), DP_ANSWER_ENOSYS);
    dp_arena_free(parsed.arena);
}

/* Files */

struct folder {
    char path[64];
};

static void put_file(const struct folder *folder, const char *name, const char *text)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder->path, name);
    file = fopen(path, "w");
    cr_assert(file);
    fputs(text, file);
    fclose(file);
}

static struct folder make_folder(void)
{
    struct folder folder = {"/tmp/policy_test.XXXXXX"};

    cr_assert(mkdtemp(folder.path));
    return folder;
}

static void remove_folder(const struct folder *folder)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", folder->path);
    cr_expect_eq(system(command), 0);
}

static int load(const struct folder *folder, const char *name, struct dualpipe_policy **policy,
                struct dualpipe_error *error)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder->path, name);
    *error = (struct dualpipe_error){.size = sizeof(*error)};
    return dualpipe_policy_load(policy, path, error);
}

Test(policy_parse, files_use_files_beside_them_and_errors_name_the_right_one)
{
    struct folder folder = make_folder();
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_error error;
    const uint64_t none[6] = {0};
    int errnum;

    put_file(&folder, "a.policy", "use ./b.policy ./b.policy\nkill getpid\n");
    put_file(&folder, "b.policy", "group @b\nallow getppid\nend\nuse @b\nallow getpid\n");
    cr_assert_eq(load(&folder, "a.policy", &policy, &error), 0, "%s", error.subject);
    cr_expect_eq(dp_policy_decide(&policy->policy, SYS_getppid, none, &errnum), DP_ANSWER_ALLOW);
    cr_expect_eq(dp_policy_decide(&policy->policy, SYS_getpid, none, &errnum), DP_ANSWER_KILL);
    dualpipe_policy_free(policy);

    put_file(&folder, "b.policy", "allow getpid\n\n   allow gettid x=1\n");
    cr_expect_eq(load(&folder, "a.policy", &policy, &error), -EINVAL);
    cr_expect_eq(error.step, DUALPIPE_STEP_READ_POLICY);
    cr_expect_eq(error.line, 3);
    cr_expect_eq(error.column, 17);
    cr_expect(strstr(error.subject, "/b.policy"), "%s", error.subject);
    cr_expect(strstr(error.advice, "gettid takes no"), "%s", error.advice);
    remove_folder(&folder);
}

Test(policy_parse, files_that_use_themselves_end)
{
    struct folder folder = make_folder();
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_error error;
    char name[24];
    char text[64];
    int i;

    put_file(&folder, "a.policy", "use ./b.policy\n");
    put_file(&folder, "b.policy", "use ./a.policy\n");
    cr_expect_eq(load(&folder, "a.policy", &policy, &error), -EINVAL);
    cr_expect(strstr(error.advice, "uses itself"), "%s", error.advice);
    for (i = 0; i < 9; i++) {
        snprintf(name, sizeof(name), "%d.policy", i);
        snprintf(text, sizeof(text), "use ./%d.policy\n", i + 1);
        put_file(&folder, name, text);
    }
    put_file(&folder, "9.policy", "allow getpid\n");
    cr_expect_eq(load(&folder, "0.policy", &policy, &error), -EINVAL);
    cr_expect(strstr(error.advice, "more than 8 levels"), "%s", error.advice);
    cr_expect_eq(load(&folder, "2.policy", &policy, &error), 0, "%s", error.advice);
    dualpipe_policy_free(policy);
    remove_folder(&folder);
}

Test(policy_parse, only_a_regular_file_is_read_and_none_is_waited_for)
{
    struct folder folder = make_folder();
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_error error;
    char path[128];

    snprintf(path, sizeof(path), "%s/fifo", folder.path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_expect_eq(load(&folder, "fifo", &policy, &error), -EINVAL);
    cr_expect_eq(load(&folder, ".", &policy, &error), -EISDIR);
    cr_expect_eq(load(&folder, "none", &policy, &error), -ENOENT);
    cr_expect_eq(error.errnum, ENOENT);
    cr_expect_eq(dualpipe_policy_load(&policy, "/dev/zero", &error), -EINVAL);
    cr_expect_eq(dualpipe_policy_load(&policy, "none", &error), -ENOENT);
    cr_expect_eq(dualpipe_policy_load(&policy, "/dev/zero", NULL), -EINVAL);
    cr_expect_null(policy);
    remove_folder(&folder);
}

Test(policy_parse, the_hash_is_that_of_the_text_or_of_the_list_of_hashes)
{
    /* printf 'allow getpid\n' | sha256sum */
    struct parsed one = parse_good("allow getpid\n");
    struct parsed with = parse_good("use strict\n");
    struct parsed other = parse_good("use strict\n#\n");
    struct parsed group = parse_good("use @memory\n");
    struct dualpipe_policy *strict;

    cr_expect_str_eq(one.policy.sha256,
                     "5137b65ff7c9c8e30cf7f6b68312065f6f5ba0a25ca14a7b2800a7dc68722215");
    cr_assert_eq(dualpipe_policy_load(&strict, "strict", NULL), 0);
    cr_expect_str_neq(with.policy.sha256, strict->policy.sha256);
    cr_expect_str_neq(with.policy.sha256, other.policy.sha256);
    cr_expect_eq(strlen(group.policy.sha256), 64);
    dualpipe_policy_free(strict);
    dp_arena_free(one.arena);
    dp_arena_free(with.arena);
    dp_arena_free(other.arena);
    dp_arena_free(group.arena);
}

Test(policy_parse, built_in_policies_are_what_their_texts_say_today)
{
    size_t i;

    cr_expect_eq(dp_builtin_policy_count, 10);
    for (i = 0; i < dp_builtin_policy_count; i++) {
        const struct dp_builtin_policy *builtin = &dp_builtin_policies[i];
        struct dp_policy policy;
        struct dp_arena *arena;
        struct dp_filter filter;
        struct dp_policy_error error;

        cr_expect_str_eq(dualpipe_policy_builtin(i), builtin->policy.name);
        cr_assert_eq(dp_policy_parse(&policy, &arena, builtin->policy.name, builtin->text,
                                     strlen(builtin->text), &error),
                     0, "%s", error.message);
        cr_assert_eq(dp_filter_build(&filter, &policy), 0);
        cr_expect_str_eq(policy.sha256, builtin->policy.sha256);
        cr_expect_str_eq(filter.sha256, builtin->filter.sha256);
        dp_filter_release(&filter);
        dp_arena_free(arena);
    }
    cr_expect_null(dualpipe_policy_builtin(i));
}

Test(policy_parse, no_cut_text_crashes)
{
    const char *text = dp_builtin_policies[2].text;
    char *copy = strdup(text);
    size_t size = strlen(text);
    size_t i;

    for (i = 0; i < size; i += 7) {
        struct dp_policy policy;
        struct dp_arena *arena = NULL;
        char kept = copy[i];

        copy[i] = (char)(i * 31 % 96 + ' ');
        if (dp_policy_parse(&policy, &arena, "x", copy, size, NULL) == 0)
            dp_arena_free(arena);
        if (dp_policy_parse(&policy, &arena, "x", copy, i, NULL) == 0)
            dp_arena_free(arena);
        copy[i] = kept;
    }
    free(copy);
}
