/* SPDX-License-Identifier: MIT */
/* report_test.c - results as text, and the names of things. */
#include "dualpipe.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(report, .timeout = 10);
TestSuite(names, .timeout = 10);

#define EXITED(code) ((code) << 8)
#define KILLED_BY(signal) (signal)

/* A run that has an answer for everything. */
static struct dualpipe_result a_result(enum dualpipe_verdict verdict, int status)
{
    struct dualpipe_result result = {
        .verdict = verdict,
        .pid = 4711,
        .has_status = true,
        .status = status,
        .reason = "it ran",
        .usage = {.cpu_us = 1234567,
                  .user_us = 1000000,
                  .system_us = 234567,
                  .wall_us = 2345678,
                  .setup_us = 2100,
                  .memory_peak_bytes = 3000 * 1024 + 1,
                  .memory_files_bytes = 4096,
                  .memory_cache_bytes = DUALPIPE_UNKNOWN,
                  .processes_peak = DUALPIPE_UNKNOWN,
                  .stdout_bytes = 10,
                  .stderr_bytes = 11,
                  .switches_voluntary = 12,
                  .switches_involuntary = 13},
        .limits = {.cpu_us = 2000000,
                   .wall_us = 6000000,
                   .idle_us = DUALPIPE_UNLIMITED,
                   .memory_bytes = 268435456,
                   .output_bytes = 67108864,
                   .file_bytes = 67108864,
                   .stack_bytes = DUALPIPE_UNLIMITED,
                   .open_files = 64,
                   .processes = 65,
                   .disk_bytes = 67108864},
        .policy_name = "native",
        .policy_sha256 = "abc",
        .filter_sha256 = "def",
        .attested = true,
        .freshness = DUALPIPE_FRESHNESS_NEW,
        .exec_once = true,
        .cpu_source = "rusage",
        .steal_us = DUALPIPE_UNKNOWN,
        .error = {.layer = -1},
    };
    int layer;

    for (layer = 0; layer < DUALPIPE_LAYER_COUNT; layer++)
        result.layers[layer].state = DUALPIPE_LAYER_ON;
    result.layers[DUALPIPE_LAYER_CGROUP].state = DUALPIPE_LAYER_UNAVAILABLE;
    strcpy(result.layers[DUALPIPE_LAYER_CGROUP].note, "no delegation");
    return result;
}

static char *report(const struct dualpipe_result *result, enum dualpipe_format format)
{
    char *text = NULL;
    ssize_t length = dualpipe_report(result, format, &text);

    cr_assert(length >= 0);
    cr_assert(strlen(text) == (size_t)length);
    return text;
}

static void expect_report(const struct dualpipe_result *result, enum dualpipe_format format,
                          const char *expected)
{
    char *text = report(result, format);

    cr_expect(strcmp(text, expected) == 0, "\n%s\nshould be\n%s", text, expected);
    free(text);
}

static void expect_within(const struct dualpipe_result *result, const char *part)
{
    char *text = report(result, DUALPIPE_FORMAT_JSON);

    cr_expect(strstr(text, part) != NULL, "no %s in\n%s", part, text);
    free(text);
}

Test(report, has_every_key_in_the_order_of_the_contract)
{
    struct dualpipe_result result = a_result(DUALPIPE_OK, EXITED(0));

    expect_report(
        &result, DUALPIPE_FORMAT_JSON,
        "{\"schema\":1,\"verdict\":\"ok\",\"reason\":\"it ran\",\"exit_code\":0,\"signal\":null,"
        "\"signal_name\":null,\"cpu_us\":1234567,\"user_us\":1000000,\"system_us\":234567,"
        "\"wall_us\":2345678,\"setup_us\":2100,\"memory_peak_bytes\":3072001,"
        "\"memory_files_bytes\":4096,\"memory_cache_bytes\":null,"
        "\"processes_peak\":null,\"stdout_bytes\":10,\"stderr_bytes\":11,"
        "\"output_truncated\":false,\"idle\":false,\"refused\":null,\"memory_cause\":null,"
        "\"limits\":{\"cpu_us\":2000000,\"wall_us\":6000000,\"idle_us\":null,"
        "\"memory_bytes\":268435456,\"output_bytes\":67108864,\"file_size_bytes\":67108864,"
        "\"stack_bytes\":null,\"open_files\":64,\"processes\":65,\"disk_bytes\":67108864},"
        "\"waiting_for\":null,\"attested\":true,\"exec\":\"once\",\"refusals_by\":\"listener\","
        "\"freshness\":\"new\",\"freshness_note\":null,\"warm\":false,\"filter_sha256\":\"def\",\"switches_"
        "voluntary\":12,"
        "\"switches_involuntary\":13,\"steal_us\":null,\"attempts\":1,"
        "\"policy\":{\"name\":\"native\",\"sha256\":\"abc\"},"
        "\"layers\":{\"user-namespace\":\"on\",\"pid-namespace\":\"on\",\"mount-namespace\":\"on\","
        "\"network-namespace\":\"on\",\"ipc-namespace\":\"on\",\"uts-namespace\":\"on\","
        "\"cgroup-namespace\":\"on\",\"capabilities\":\"on\",\"no-new-privileges\":\"on\","
        "\"seccomp\":\"on\",\"landlock\":\"on\",\"rlimits\":\"on\","
        "\"cgroup\":\"unavailable: no delegation\",\"descriptors\":\"on\"},"
        "\"sources\":{\"cpu\":\"rusage\",\"memory\":null},\"error\":null}\n");
}

Test(report, of_a_box_that_failed_has_null_for_all_that_was_not_measured)
{
    struct dualpipe_result result = {.error = {.step = DUALPIPE_STEP_MOUNT,
                                               .errnum = EPERM,
                                               .layer = -1,
                                               .subject = "/usr",
                                               .advice = "ask the owner",
                                               .retryable = true}};

    expect_report(
        &result, DUALPIPE_FORMAT_JSON,
        "{\"schema\":1,\"verdict\":\"internal-error\",\"reason\":\"cannot mount in the box '/usr': "
        "Operation not permitted; ask the owner\",\"exit_code\":null,\"signal\":null,"
        "\"signal_name\":null,\"cpu_us\":null,\"user_us\":null,\"system_us\":null,"
        "\"wall_us\":null,\"setup_us\":null,\"memory_peak_bytes\":null,"
        "\"memory_files_bytes\":null,\"memory_cache_bytes\":null,\"processes_peak\":null,"
        "\"stdout_bytes\":null,\"stderr_bytes\":null,\"output_truncated\":null,\"idle\":null,"
        "\"refused\":null,\"memory_cause\":null,\"limits\":null,\"waiting_for\":null,"
        "\"attested\":null,\"exec\":null,\"refusals_by\":null,\"freshness\":null,\"freshness_"
        "note\":null,\"warm\":null,"
        "\"filter_sha256\":null,\"switches_voluntary\":null,\"switches_involuntary\":null,"
        "\"steal_us\":null,\"attempts\":1,\"policy\":null,\"layers\":null,"
        "\"sources\":{\"cpu\":null,\"memory\":null},\"error\":{\"step\":\"mount\","
        "\"errno\":\"EPERM\",\"subject\":\"/usr\",\"message\":\"cannot mount in the box '/usr': "
        "Operation not permitted; ask the owner\",\"retryable\":true,\"errno_number\":1,"
        "\"line\":null,\"column\":null}}\n");
}

Test(report, of_an_untouched_result_is_no_success)
{
    struct dualpipe_result result = {0};

    expect_within(&result, "\"verdict\":\"internal-error\"");
    expect_within(&result, "\"exit_code\":null");
}

Test(report, does_not_fold_a_signal_into_the_exit_code)
{
    struct dualpipe_result result = a_result(DUALPIPE_SIGNALLED, KILLED_BY(SIGSEGV) | 0x80);

    expect_within(&result, "\"exit_code\":null,\"signal\":11,\"signal_name\":\"SIGSEGV\"");
    result.status = EXITED(139);
    expect_within(&result, "\"exit_code\":139,\"signal\":null,\"signal_name\":null");
}

Test(report, names_a_refused_call_and_keeps_its_arguments_exact)
{
    struct dualpipe_result result = a_result(DUALPIPE_VIOLATION, KILLED_BY(SIGKILL));

    result.refused = (struct dualpipe_refusal){
        .count = 3,
        .number = 41,
        .architecture = AUDIT_ARCH_X86_64,
        .arguments = {2, UINT64_MAX, UINT64_C(9007199254740993), 0, 1, 10}};
    strcpy(result.refused_text, "open(path=\"\\x0a\")");
    strcpy(result.refused_hint, "no network");
    expect_within(&result, "\"refused\":{\"name\":\"socket\",\"number\":41,\"arguments\":[\"0x2\","
                           "\"0xffffffffffffffff\",\"0x20000000000001\",\"0x0\",\"0x1\",\"0xa\"],"
                           "\"architecture\":\"x86_64\",\"count\":3,\"text\":\"open(path="
                           "\\\"\\\\x0a\\\")\",\"hint\":\"no network\"}");
    result.refused.architecture = AUDIT_ARCH_I386;
    expect_within(&result, "\"refused\":{\"name\":null,\"number\":41,");
    expect_within(&result, "\"architecture\":\"i386\"");
    result.refused.architecture = 0x1234;
    expect_within(&result, "\"architecture\":\"0x1234\"");
}

Test(report, says_what_became_of_a_layer_that_is_not_simply_on)
{
    struct dualpipe_result result = a_result(DUALPIPE_OK, EXITED(0));

    result.layers[DUALPIPE_LAYER_SECCOMP].state = DUALPIPE_LAYER_GIVEN_UP;
    result.layers[DUALPIPE_LAYER_RLIMITS].state = DUALPIPE_LAYER_OFF;
    strcpy(result.layers[DUALPIPE_LAYER_USER_NAMESPACE].note, "groups kept");
    expect_within(&result, "\"seccomp\":\"given up\"");
    expect_within(&result, "\"rlimits\":\"off\"");
    expect_within(&result, "\"user-namespace\":\"on: groups kept\"");
    expect_within(&result, "\"refusals_by\":null");
}

Test(report, calls_a_program_that_cannot_be_opened_an_error_of_exec)
{
    struct dualpipe_result result = {
        .error = {
            .step = DUALPIPE_STEP_OPEN_PROGRAM, .errnum = ENOENT, .layer = -1, .subject = "./x"}};

    expect_within(&result, "\"error\":{\"step\":\"exec\",\"errno\":\"ENOENT\",\"subject\":\"./x\"");
}

Test(report, survives_text_that_is_hostile_or_has_no_end)
{
    struct dualpipe_result result = a_result(DUALPIPE_NONZERO_EXIT, EXITED(1));

    strcpy(result.reason, "\xff\"\n\x1b]0;x\x07");
    expect_within(&result, "\"reason\":\"\xef\xbf\xbd\\\"\\n\\u001b]0;x\\u0007\"");
    memset(result.reason, 'a', sizeof(result.reason));
    memset(result.policy_sha256, 'b', sizeof(result.policy_sha256));
    memset(result.layers[0].note, 'c', sizeof(result.layers[0].note));
    expect_within(&result, "aaa\",\"exit_code\":1");
    expect_within(&result, "bbb\"},\"layers\":{\"user-namespace\":\"on: ccc");
}

Test(report, refuses_a_format_that_there_is_not)
{
    struct dualpipe_result result = a_result(DUALPIPE_OK, EXITED(0));
    char *text = NULL;

    cr_expect(dualpipe_report(&result, (enum dualpipe_format)7, &text) == -EINVAL);
    cr_expect(text == NULL);
}

#define STATS "time:1.234\ntime-wall:2.345\nmax-rss:3000\ncsw-voluntary:12\ncsw-forced:13\n"

Test(report, in_meta_format_is_what_isolate_writes)
{
    static const struct {
        enum dualpipe_verdict verdict;
        int status;
        const char *expected;
    } rows[] = {
        {DUALPIPE_OK, EXITED(0), STATS "exitcode:0\n"},
        {DUALPIPE_NONZERO_EXIT, EXITED(3),
         STATS "exitcode:3\nstatus:RE\nmessage:Exited with error status 3\n"},
        {DUALPIPE_SIGNALLED, KILLED_BY(SIGSEGV),
         STATS "exitsig:11\nstatus:SG\nmessage:Caught fatal signal 11\n"},
        {DUALPIPE_TIME_LIMIT, KILLED_BY(SIGKILL),
         "status:TO\nmessage:Time limit exceeded\nkilled:1\n" STATS},
        {DUALPIPE_TIME_LIMIT, EXITED(0),
         STATS "exitcode:0\nstatus:TO\nmessage:Time limit exceeded\n"},
        {DUALPIPE_WALL_LIMIT, KILLED_BY(SIGKILL),
         "status:TO\nmessage:Time limit exceeded (wall clock)\nkilled:1\n" STATS},
        {DUALPIPE_MEMORY_LIMIT, KILLED_BY(SIGKILL),
         "exitsig:9\nstatus:SG\nmessage:Memory limit exceeded\nkilled:1\n" STATS},
        {DUALPIPE_OUTPUT_LIMIT, KILLED_BY(SIGKILL),
         "exitsig:9\nstatus:SG\nmessage:Output limit exceeded\nkilled:1\n" STATS},
        {DUALPIPE_VIOLATION, KILLED_BY(SIGKILL),
         "exitsig:9\nstatus:SG\nmessage:Forbidden system call\nkilled:1\n" STATS},
        {DUALPIPE_CANCELLED, KILLED_BY(SIGKILL),
         "exitsig:9\nstatus:XX\nmessage:Interrupted\nkilled:1\n" STATS},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct dualpipe_result result = a_result(rows[i].verdict, rows[i].status);

        expect_report(&result, DUALPIPE_FORMAT_META, rows[i].expected);
    }
}

Test(report, in_meta_format_says_when_a_cgroup_ran_out_of_memory)
{
    struct dualpipe_result result = a_result(DUALPIPE_MEMORY_LIMIT, KILLED_BY(SIGKILL));

    result.memory_cause = DUALPIPE_MEMORY_OOM_KILL;
    result.memory_source = "cgroup2";
    expect_report(&result, DUALPIPE_FORMAT_META,
                  "exitsig:9\nstatus:SG\nmessage:Memory limit exceeded\nkilled:1\n" STATS
                  "cg-mem:3000\ncg-oom-killed:1\n");
}

Test(report, in_meta_format_keeps_an_error_in_one_line)
{
    struct dualpipe_result result = {
        .error = {.step = DUALPIPE_STEP_EXEC, .errnum = ENOENT, .layer = -1, .subject = "./a\nb"}};

    expect_report(&result, DUALPIPE_FORMAT_META,
                  "status:XX\nmessage:execve(./a b): No such file or directory\n");
    result.error.step = DUALPIPE_STEP_READ_JOB;
    strcpy(result.error.advice, "line\nline");
    expect_report(&result, DUALPIPE_FORMAT_META,
                  "status:XX\nmessage:cannot take the job './a b': No such file or directory; "
                  "line line\n");
}

Test(names, are_there_for_every_verdict_and_step)
{
    int i;

    for (i = 0; i < DUALPIPE_VERDICT_COUNT; i++)
        cr_expect(strcmp(dualpipe_verdict_name((enum dualpipe_verdict)i), "unknown") != 0);
    cr_expect_str_eq(dualpipe_verdict_name((enum dualpipe_verdict) - 1), "unknown");
    cr_expect_str_eq(dualpipe_verdict_name(DUALPIPE_VERDICT_COUNT), "unknown");
    for (i = 1; i < DUALPIPE_STEP_COUNT; i++) {
        const char *name = dualpipe_step_name((enum dualpipe_step)i);

        cr_assert(name != NULL, "step %d", i);
        cr_expect(strcmp(name, "none") != 0, "step %d", i);
    }
    cr_expect_str_eq(dualpipe_step_name((enum dualpipe_step) - 1), "none");
    cr_expect_str_eq(dualpipe_step_name(DUALPIPE_STEP_COUNT), "none");
}

Test(names, of_layers_end_with_the_last_layer)
{
    int i;

    for (i = 0; i < DUALPIPE_LAYER_COUNT; i++)
        cr_expect(dualpipe_layer_name((enum dualpipe_layer)i) != NULL, "layer %d", i);
    cr_expect(dualpipe_layer_name(DUALPIPE_LAYER_COUNT) == NULL);
    cr_expect(dualpipe_layer_name((enum dualpipe_layer) - 1) == NULL);
}

Test(names, of_signals_agree_with_the_system)
{
    int i;

    for (i = 1; i < 32; i++) {
        const char *abbreviation = sigabbrev_np(i);
        const char *name = dualpipe_signal_name(i);

        cr_assert(name != NULL, "signal %d", i);
        /* One number has two names. */
        if (abbreviation && i != SIGPOLL)
            cr_expect(strcmp(name + strlen("SIG"), abbreviation) == 0, "signal %d: %s", i, name);
    }
    cr_expect_str_eq(dualpipe_signal_name(SIGRTMIN), "SIGRTMIN");
    cr_expect_str_eq(dualpipe_signal_name(SIGRTMIN + 3), "SIGRTMIN+3");
    cr_expect_str_eq(dualpipe_signal_name(SIGRTMAX), "SIGRTMAX");
    cr_expect(dualpipe_signal_name(0) == NULL);
    cr_expect(dualpipe_signal_name(65) == NULL);
    cr_expect(dualpipe_signal_name(-1) == NULL);
}

Test(names, put_an_error_in_words_with_place_cause_and_advice)
{
    struct dualpipe_error error = {.step = DUALPIPE_STEP_READ_POLICY,
                                   .errnum = EINVAL,
                                   .layer = -1,
                                   .line = 3,
                                   .column = 7,
                                   .subject = "./my.policy",
                                   .advice = "expected allow"};
    char text[256];
    char cut[10];

    cr_expect_str_eq(dualpipe_error_text(&error, text, sizeof(text)),
                     "cannot read the policy: ./my.policy:3:7: "
                     "expected allow");
    cr_expect_str_eq(dualpipe_error_text(&error, cut, sizeof(cut)), "cannot re");
    cut[0] = 'x';
    cr_expect(dualpipe_error_text(&error, cut, 0) == cut && cut[0] == 'x');
    error = (struct dualpipe_error){
        .step = DUALPIPE_STEP_LANDLOCK, .errnum = ENOSYS, .layer = DUALPIPE_LAYER_LANDLOCK};
    cr_expect_str_eq(dualpipe_error_text(&error, text, sizeof(text)),
                     "cannot restrict files with Landlock (layer landlock): "
                     "Function not implemented");
}
