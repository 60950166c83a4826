/* SPDX-License-Identifier: MIT */
/* error_test.c - errors as values: the step, the errno, the subject, the words. */
#include "checks.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/dualpipe-test-XXXXXX";

static void make_directory(void)
{
    cr_assert(mkdtemp(directory));
    cr_assert_eq(chmod(directory, 0755), 0);
    checks_begin();
}

static void remove_directory(void)
{
    checks_end();
    cr_assert_eq(rmdir(directory), 0);
}

TestSuite(error, .timeout = 240, .init = make_directory, .fini = remove_directory);
TestSuite(names, .timeout = 20);

static int nothing(void *argument)
{
    (void)argument;
    return 0;
}

/* Both calls must fail alike, and leave alone what they would have set. */
static struct dualpipe_error failure_of(struct dualpipe_job job)
{
    struct dualpipe *pipe = (struct dualpipe *)directory;
    struct dualpipe_result result;
    struct dualpipe_result before;
    struct dualpipe_error opened = {0};
    struct dualpipe_error ran = {0};
    int failed;

    if (!job.policy)
        job.policy = native_policy();
    memset(&result, 0x5a, sizeof(result));
    before = result;
    failed = dualpipe_open(&pipe, &job, &opened);
    cr_assert_lt(failed, 0, "it can be opened");
    cr_expect_eq((void *)pipe, (void *)directory, "the output parameter was changed");
    cr_expect_eq(failed, -opened.errnum);
    cr_expect_eq(dualpipe_run(&job, &result, &ran), failed);
    cr_expect_eq(memcmp(&result, &before, sizeof(result)), 0, "the result was changed");
    cr_expect_eq(opened.step, ran.step);
    cr_expect_eq(opened.errnum, ran.errnum);
    cr_expect_str_eq(opened.subject, ran.subject);
    cr_expect_eq(dualpipe_run(&job, NULL, NULL), failed, "the error may be NULL");
    return opened;
}

static void expect(struct dualpipe_error error, enum dualpipe_step step, int errnum,
                   const char *subject)
{
    char text[512];

    dualpipe_error_text(&error, text, sizeof(text));
    cr_expect_eq(error.step, step, "%s expected, got %s: %s", dualpipe_step_name(step),
                 dualpipe_step_name(error.step), text);
    cr_expect_eq(error.errnum, errnum, "%s", text);
    cr_expect(strstr(error.subject, subject), "%s is not about %s", text, subject);
    cr_expect(strstr(text, subject), "%s does not name %s", text, subject);
    cr_expect_not(error.retryable, "%s", text);
    cr_expect_not(strchr(text, '\n'), "%s", text);
}

static struct dualpipe_error failure_to_start(const char *path)
{
    return failure_of((struct dualpipe_job){.argv = ARGV(path)});
}

/* A file of the test's own, gone again after the check. */
static void expect_of_file(const void *data, size_t size, mode_t mode, int errnum,
                           const char *advice)
{
    char path[64];
    struct dualpipe_error error;
    int fd;

    snprintf(path, sizeof(path), "%s/program", directory);
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, data, size), (ssize_t)size);
    cr_assert_eq(fchmod(fd, mode), 0);
    close(fd);
    error = failure_to_start(path);
    unlink(path);
    expect(error, DUALPIPE_STEP_OPEN_PROGRAM, errnum, path);
    cr_expect(strstr(error.advice, advice), "\"%s\" does not say \"%s\"", error.advice, advice);
}

/* Wherever they run out, it is told as what it is: no fault of the set-up. */
Test(error, of_a_lack_of_descriptors_is_worth_another_try)
{
    const struct dualpipe_job job = {.argv = ARGV(PROGRAM("noop")), .policy = native_policy()};
    struct rlimit before;
    struct dualpipe_error wrong = {0};
    bool failed = false;
    bool worked = false;

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (rlim_t count = 4; count < 64 && !worked; count++) {
        struct dualpipe_error error = {0};

        setrlimit(RLIMIT_NOFILE, &(struct rlimit){count, before.rlim_max});
        worked = dualpipe_run(&job, NULL, &error) == 0;
        failed |= !worked;
        if (!worked && !error.retryable)
            wrong = error;
    }
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    cr_assert(failed && worked);
    cr_expect_eq(wrong.errnum, 0, "%s: %s is not worth another try", dualpipe_step_name(wrong.step),
                 strerror(wrong.errnum));
}

Test(error, names_a_program_that_is_missing)
{
    expect(failure_to_start("/no/such/program"), DUALPIPE_STEP_OPEN_PROGRAM, ENOENT,
           "/no/such/program");
    expect(failure_to_start(""), DUALPIPE_STEP_OPEN_PROGRAM, ENOENT, "");
}

Test(error, names_a_directory)
{
    const struct dualpipe_error error = failure_to_start("/usr");

    cr_expect_eq(error.step, DUALPIPE_STEP_OPEN_PROGRAM);
    cr_expect(error.errnum == EISDIR || error.errnum == EACCES);
}

Test(error, names_a_device)
{
    expect(failure_to_start("/dev/null"), DUALPIPE_STEP_OPEN_PROGRAM, EACCES, "/dev/null");
}

Test(error, tells_a_script_with_what_to_do)
{
    expect_of_file("#!/bin/sh\nexit 0\n", 17, 0755, ENOEXEC, "script");
}

Test(error, tells_what_is_no_program)
{
    expect_of_file("just text, and long enough to be a header of an ELF program, is it not?", 70,
                   0755, ENOEXEC, "ELF");
    expect_of_file("", 0, 0755, ENOEXEC, "ELF");
    expect_of_file("\177ELF", 4, 0755, ENOEXEC, "ELF");
}

Test(error, tells_a_program_of_32_bits)
{
    Elf32_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_386,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof(header),
    };
    char padded[128] = "";

    memcpy(padded, &header, sizeof(header));
    expect_of_file(padded, sizeof(padded), 0755, ENOEXEC, "64-bit");
}

Test(error, tells_a_program_of_another_architecture)
{
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
    };

    expect_of_file(&header, sizeof(header), 0755, ENOEXEC, "architecture");
}

Test(error, tells_a_program_that_is_cut_off)
{
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof(header),
        .e_phoff = 4096,
        .e_phnum = 4,
        .e_phentsize = sizeof(Elf64_Phdr),
    };

    expect_of_file(&header, sizeof(header), 0755, ENOEXEC, "");
}

Test(error, tells_a_program_without_the_x_bit)
{
    expect_of_file("\177ELF", 4, 0644, EACCES, "chmod");
}

/* Headers that the parent lets pass and the kernel does not: a failed exec. */
Test(error, of_the_exec_itself_is_no_exit_status)
{
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof(header),
        .e_phentsize = sizeof(Elf64_Phdr),
    };
    char path[64];
    struct dualpipe_error error;
    int fd;

    snprintf(path, sizeof(path), "%s/program", directory);
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
    cr_assert_eq(write(fd, &header, sizeof(header)), (ssize_t)sizeof(header));
    close(fd);
    error = failure_to_start(path);
    unlink(path);
    expect(error, DUALPIPE_STEP_EXEC, ENOEXEC, "program");
}

Test(error, is_given_for_jobs_that_contradict_themselves)
{
    const char *const none[] = {NULL};
    const struct dualpipe_job jobs[] = {
        {0},
        {.argv = none},
        {.argv = ARGV("/bin/true"), .function = nothing},
        {.function = nothing, .limits.wall_us = -7},
        {.function = nothing, .directory = "relative"},
        {.function = nothing, .standard_input.route = DUALPIPE_ROUTE_STDOUT},
        {.function = nothing, .standard_output.route = DUALPIPE_ROUTE_STDOUT},
        {.function = nothing, .standard_error.route = (enum dualpipe_route)99},
        {.function = nothing,
         .standard_output = {.route = DUALPIPE_ROUTE_BUFFER, .buffer_size = 1}},
        {.function = nothing, .without = UINT32_MAX},
    };

    for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
        const struct dualpipe_error error = failure_of(jobs[i]);

        cr_expect_eq(error.step, DUALPIPE_STEP_READ_JOB, "job %zu", i);
        cr_expect_eq(error.errnum, EINVAL, "job %zu", i);
    }
}

Test(error, is_given_for_a_stream_that_leads_nowhere)
{
    expect(failure_of((struct dualpipe_job){
               .function = nothing,
               .standard_output = {.route = DUALPIPE_ROUTE_FD, .fd = 987},
           }),
           DUALPIPE_STEP_CONNECT_STREAMS, EBADF, "standard output");
}

Test(error, is_given_where_a_run_in_one_call_is_told_to_use_pipes)
{
    const struct dualpipe_job job = {.function = nothing,
                                     .standard_output.route = DUALPIPE_ROUTE_PIPE};

    cr_assert_eq(dualpipe_run(&job, NULL, NULL), -EINVAL);
}

Test(error, names_a_layer_that_cannot_be_had)
{
    const struct dualpipe_job job = {.function = nothing,
                                     .require = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP)};
    struct dualpipe_error error;

    if (dualpipe_run(&job, NULL, NULL) == 0)
        cr_skip_test("this host lets us make cgroups; the tests as nobody have none");
    error = failure_of(job);
    cr_expect_eq(error.errnum, ENOTSUP);
    cr_expect_eq(error.layer, DUALPIPE_LAYER_CGROUP);
    cr_expect(error.advice[0]);
}

Test(error, names_a_working_directory_that_is_not_there)
{
    expect(
        failure_of((struct dualpipe_job){.argv = ARGV("/bin/true"), .directory = "/nowhere"}),
        failure_of((struct dualpipe_job){.argv = ARGV("/bin/true"), .directory = "/nowhere"}).step,
        ENOENT, "/nowhere");
}

Test(error, names_files_and_binds_that_are_not_there)
{
    const struct dualpipe_file file = {.name = "x", .host = "/no/such/file"};
    const struct dualpipe_bind bind = {.host = "/no/such/directory"};
    struct dualpipe_error error;

    error = failure_of(
        (struct dualpipe_job){.argv = ARGV("/bin/true"), .files = &file, .file_count = 1});
    expect(error, error.step, ENOENT, "/no/such/file");
    error = failure_of(
        (struct dualpipe_job){.argv = ARGV("/bin/true"), .binds = &bind, .bind_count = 1});
    expect(error, error.step, ENOENT, "/no/such/directory");
}

Test(error, refuses_file_names_that_lead_elsewhere)
{
    static const char *const names[] = {"",     ".",  "..",          "a/../b",
                                        "a//b", "a/", "/etc/passwd", "../x"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const struct dualpipe_file file = {.name = names[i], .data = "x", .size = 1};
        const struct dualpipe_error error = failure_of(
            (struct dualpipe_job){.argv = ARGV("/bin/true"), .files = &file, .file_count = 1});

        cr_expect_eq(error.errnum, EINVAL, "\"%s\"", names[i]);
    }
}

Test(error, refuses_a_writable_bind_of_a_directory_of_root)
{
    const struct dualpipe_bind bind = {.host = "/usr", .writable = true};
    const struct dualpipe_error error = failure_of(
        (struct dualpipe_job){.argv = ARGV("/bin/true"), .binds = &bind, .bind_count = 1});

    cr_expect(error.errnum == EPERM || error.errnum == EACCES, "%d", error.errnum);
    cr_expect(error.advice[0]);
}

Test(error, of_a_policy_names_file_line_and_column)
{
    char path[64];
    struct dualpipe_policy *policy = (struct dualpipe_policy *)directory;
    struct dualpipe_error error = {0};
    int fd;

    snprintf(path, sizeof(path), "%s/policy", directory);
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    cr_assert_eq(write(fd, "# comment\nallow read\nalow write\n", 32), 32);
    close(fd);
    cr_expect_eq(dualpipe_policy_load(&policy, path, &error), -EINVAL);
    unlink(path);
    cr_expect_eq((void *)policy, (void *)directory, "the output parameter was changed");
    cr_expect_eq(error.step, DUALPIPE_STEP_READ_POLICY);
    cr_expect_eq(error.line, 3);
    cr_expect_geq(error.column, 1);
    cr_expect(strstr(error.subject, "policy"), "%s", error.subject);
    cr_expect_eq(dualpipe_policy_load(&policy, "no-such-policy", &error), -ENOENT);
    cr_expect_eq(dualpipe_policy_load(&policy, "/no/such/policy", &error), -ENOENT);
    cr_expect_eq(dualpipe_policy_load(&policy, "no-such-policy", NULL), -ENOENT);
}

Test(error, fills_no_more_than_the_caller_has_room_for)
{
    const struct dualpipe_job job = {.argv = ARGV("/no/such/program")};
    struct dualpipe_error error;
    const size_t size = offsetof(struct dualpipe_error, subject);

    memset(&error, 0x5a, sizeof(error));
    error.size = size;
    cr_assert_eq(dualpipe_run(&job, NULL, &error), -ENOENT);
    cr_assert_eq(error.errnum, ENOENT);
    cr_assert_eq(error.size, size);
    for (size_t i = size; i < sizeof(error); i++)
        cr_assert_eq(((unsigned char *)&error)[i], 0x5a);
}

Test(error, text_is_cut_to_fit)
{
    struct dualpipe_error error = {
        .step = DUALPIPE_STEP_EXEC, .errnum = ENOENT, .layer = -1, .subject = "/some/program"};
    char text[400];

    for (size_t size = 1; size < sizeof(text); size++) {
        memset(text, 'x', sizeof(text));
        cr_assert_eq(dualpipe_error_text(&error, text, size), text);
        cr_assert_lt(strlen(text), size);
    }
}

Test(names, are_those_of_the_contract)
{
    static const char *const verdicts[] = {
        "internal-error", "violation", "memory-limit", "time-limit",   "wall-limit",
        "output-limit",   "cancelled", "signalled",    "nonzero-exit", "ok"};
    static const char *const layers[] = {"user-namespace",
                                         "pid-namespace",
                                         "mount-namespace",
                                         "network-namespace",
                                         "ipc-namespace",
                                         "uts-namespace",
                                         "cgroup-namespace",
                                         "capabilities",
                                         "no-new-privileges",
                                         "seccomp",
                                         "landlock",
                                         "rlimits",
                                         "cgroup",
                                         "descriptors"};
    static const char *const causes[] = {NULL, "oom-kill", "allocation-failed", "exec-too-large",
                                         "stack"};

    for (int i = 0; i < DUALPIPE_VERDICT_COUNT; i++)
        cr_expect_str_eq(dualpipe_verdict_name((enum dualpipe_verdict)i), verdicts[i]);
    for (int i = 0; i < DUALPIPE_LAYER_COUNT; i++)
        cr_expect_str_eq(dualpipe_layer_name((enum dualpipe_layer)i), layers[i]);
    for (int i = 1; i < 5; i++)
        cr_expect_str_eq(dualpipe_memory_cause_name((enum dualpipe_memory_cause)i), causes[i]);
    for (int i = 0; i < DUALPIPE_STEP_COUNT; i++)
        cr_expect(strlen(dualpipe_step_name((enum dualpipe_step)i)) > 0);
    cr_expect_null(dualpipe_layer_name(DUALPIPE_LAYER_COUNT));
    cr_expect_null(dualpipe_memory_cause_name(DUALPIPE_MEMORY_CAUSE_NONE));
    cr_expect(dualpipe_verdict_name((enum dualpipe_verdict)99) != NULL);
    cr_expect(dualpipe_step_name((enum dualpipe_step)999) != NULL);
}

Test(names, of_calls_and_signals_are_the_kernels)
{
    cr_expect_str_eq(dualpipe_syscall_name(0), "read");
    cr_expect_str_eq(dualpipe_syscall_name(41), "socket");
    cr_expect_str_eq(dualpipe_syscall_name(322), "execveat");
    cr_expect_null(dualpipe_syscall_name(-1));
    cr_expect_null(dualpipe_syscall_name(100000));
    cr_expect_str_eq(dualpipe_signal_name(9), "SIGKILL");
    cr_expect_str_eq(dualpipe_signal_name(31), "SIGSYS");
    cr_expect_str_eq(dualpipe_signal_name(37), "SIGRTMIN+3");
    cr_expect_null(dualpipe_signal_name(0));
    cr_expect_null(dualpipe_signal_name(-1));
    cr_expect_null(dualpipe_signal_name(65));
}

Test(names, of_built_in_policies_end)
{
    bool has_strict = false;
    size_t count = 0;

    for (const char *name; (name = dualpipe_policy_builtin(count)); count++)
        has_strict = has_strict || strcmp(name, "strict") == 0;
    cr_expect(has_strict);
    cr_expect_geq(count, 3);
    cr_expect_null(dualpipe_policy_builtin(count + 1000));
    cr_expect(dualpipe_version()[0] != '\0');
}

/* Another box at the limit of its cgroup: the kernel counts what it kills there. */
static bool run_out_of_memory(const struct dualpipe_policy *policy)
{
    const struct dualpipe_job job = {
        .argv = ARGV("/bin/sh", "-c",
                     "for i in 1 2 3 4 5; do"
                     " head -c 12000000 /dev/zero | tail -c 11000000 | sleep 0.5 &"
                     " done; wait"),
        .policy = policy,
        .limits = {.memory_bytes = DUALPIPE_MEBIBYTES(24), .wall_us = LONG_US},
    };

    return run_job(&job).memory_cause == DUALPIPE_MEMORY_OOM_KILL;
}

Test(error, is_none_where_a_target_kills_itself_while_others_run_out_of_memory)
{
    struct dualpipe_policy *policy;
    struct dualpipe *pipe;
    bool has_run_out;

    cr_assert_eq(dualpipe_policy_load(&policy, "shell", NULL), 0);
    pipe = open_job(&(struct dualpipe_job){.argv = ARGV("/bin/sh", "-c", "read line; kill -9 $$"),
                                           .policy = policy});
    has_run_out = run_out_of_memory(policy);
    cr_expect_eq(dualpipe_write(pipe, "x\n", 2, LONG_US, NULL), 0);
    if (has_run_out)
        close_as(pipe, DUALPIPE_SIGNALLED);
    else
        dualpipe_close(pipe, NULL);
    dualpipe_policy_free(policy);
    if (!has_run_out)
        cr_skip("nobody was killed at the limit of a cgroup: there may be none");
}
