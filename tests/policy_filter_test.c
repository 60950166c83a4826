/* SPDX-License-Identifier: MIT */
/* policy_filter_test.c - truth tables of the built-in filters, instruction by
 * instruction through our interpreter; and the interpreter itself. */
#include "filter.h"
#include "policy.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

TestSuite(policy_filter, .timeout = 240);

#define ALLOW SECCOMP_RET_ALLOW
#define NOTIFY SECCOMP_RET_USER_NOTIF
#define NOSYS (SECCOMP_RET_ERRNO | ENOSYS)
#define HIGH (UINT64_C(1) << 32)
#define MINUS_ONE UINT64_MAX

struct row {
    int number;
    uint64_t arguments[6];
    uint32_t action;
};

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

static int64_t act(const struct dp_filter *filter, int number, const uint64_t arguments[6])
{
    struct seccomp_data data = {.nr = number, .arch = AUDIT_ARCH_X86_64};
    int i;

    for (i = 0; i < 6; i++)
        data.args[i] = arguments[i];
    return dp_filter_evaluate(filter, &data);
}

static void expect_rows(const char *name, const struct row *rows, size_t count)
{
    const struct dp_builtin_policy *builtin = find(name);
    size_t i;

    for (i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        int64_t action = act(&builtin->filter, row->number, row->arguments);

        cr_expect_eq(action, row->action, "%s row %zu: %s(0x%llx, 0x%llx, 0x%llx, 0x%llx): 0x%llx",
                     name, i, dualpipe_syscall_name(row->number),
                     (unsigned long long)row->arguments[0], (unsigned long long)row->arguments[1],
                     (unsigned long long)row->arguments[2], (unsigned long long)row->arguments[3],
                     (unsigned long long)action);
    }
}

#define EXPECT_ROWS(name, rows) expect_rows(name, rows, sizeof(rows) / sizeof((rows)[0]))

static const struct row strict_rows[] = {
    {SYS_read, {0}, ALLOW},
    {SYS_read, {0, MINUS_ONE, MINUS_ONE}, ALLOW},
    {SYS_read, {1}, NOTIFY},
    {SYS_read, {3}, NOTIFY},
    {SYS_read, {HIGH}, NOTIFY},
    {SYS_read, {MINUS_ONE}, NOTIFY},
    {SYS_write, {0}, NOTIFY},
    {SYS_write, {1}, ALLOW},
    {SYS_write, {2}, ALLOW},
    {SYS_write, {3}, NOTIFY},
    {SYS_write, {HIGH | 1}, NOTIFY},
    {SYS_write, {HIGH | 2}, NOTIFY},
    {SYS_exit, {MINUS_ONE}, ALLOW},
    {SYS_exit_group, {0}, ALLOW},
    {SYS_brk, {0}, NOTIFY},
    {SYS_mmap, {0}, NOTIFY},
    {SYS_rt_sigreturn, {0}, NOTIFY},
    {SYS_restart_syscall, {0}, NOTIFY},
    {SYS_getppid, {0}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
    {SYS_execveat, {0}, NOTIFY},
    {SYS_readv, {0}, NOTIFY},
    {SYS_close, {0}, NOTIFY},
    {SYS_clone3, {0}, NOTIFY},
    {449, {0}, NOTIFY},
    {450, {0}, NOSYS},
    {335, {0}, NOSYS},
    {423, {0}, NOSYS},
    {334, {0}, NOTIFY},
    {424, {0}, NOTIFY},
    {INT32_MAX, {0}, NOTIFY}, /* it has the bit of x32 */
    {-1, {0}, NOTIFY},
};

Test(policy_filter, strict_is_read_write_and_exit_to_the_letter)
{
    EXPECT_ROWS("strict", strict_rows);
}

#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define READ_WRITE (PROT_READ | PROT_WRITE)

static const struct row static_rows[] = {
    {SYS_read, {0}, ALLOW},
    {SYS_read, {3}, NOTIFY},
    {SYS_write, {1}, ALLOW},
    {SYS_write, {HIGH | 1}, NOTIFY},
    {SYS_brk, {0}, ALLOW},
    {SYS_arch_prctl, {0x1002}, ALLOW},
    {SYS_arch_prctl, {0x1003}, ALLOW},
    {SYS_arch_prctl, {0x1001}, NOTIFY},
    {SYS_arch_prctl, {HIGH | 0x1002}, NOTIFY},
    {SYS_mprotect, {0, 4096, PROT_READ}, ALLOW},
    {SYS_mprotect, {0, 4096, PROT_READ | PROT_EXEC}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS}, ALLOW},
    {SYS_mmap, {0, 0xfffff, READ_WRITE, ANONYMOUS}, ALLOW},
    {SYS_mmap, {0, 0x100000, READ_WRITE, ANONYMOUS}, NOTIFY}, /* witnessed */
    {SYS_mmap, {0, HIGH, READ_WRITE, ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, MAP_PRIVATE}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS | MAP_GROWSDOWN}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS | MAP_HUGETLB}, NOTIFY},
    {SYS_mremap, {0, 4096, 8192, MREMAP_MAYMOVE}, NOTIFY}, /* witnessed */
    {SYS_rt_sigreturn, {0}, ALLOW},
    {SYS_restart_syscall, {0}, ALLOW},
    {SYS_ioctl, {1, TCGETS}, ALLOW},
    {SYS_ioctl, {1, TIOCSTI}, NOTIFY},
    {SYS_prlimit64, {0}, NOSYS},
    {SYS_rseq, {0}, NOSYS},
    {SYS_openat, {0}, NOTIFY},
    {SYS_access, {0}, NOTIFY},
    {SYS_clone, {CLONE_VM | CLONE_THREAD}, NOTIFY},
    {SYS_socket, {2, 1, 0}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
    {SYS_execveat, {0}, NOTIFY},
    {SYS_dup, {0}, NOTIFY},
    {SYS_close, {0}, NOTIFY},
};

Test(policy_filter, static_adds_start_up_and_memory_and_no_files)
{
    EXPECT_ROWS("static", static_rows);
}

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
#define GLIBC_THREAD (THREAD | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static const struct row native_rows[] = {
    /* Threads, and what is like one. */
    {SYS_clone, {THREAD}, ALLOW},
    {SYS_clone, {GLIBC_THREAD}, ALLOW},
    {SYS_clone, {GLIBC_THREAD | CLONE_DETACHED}, ALLOW},
    {SYS_clone, {THREAD & ~CLONE_THREAD}, NOTIFY},
    {SYS_clone, {THREAD & ~CLONE_VM}, NOTIFY},
    {SYS_clone, {THREAD & ~CLONE_SYSVSEM}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_NEWUSER}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_NEWNS}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_PARENT}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_UNTRACED}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_PTRACE}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_PIDFD}, NOTIFY},
    {SYS_clone, {THREAD | CLONE_VFORK}, NOTIFY},
    {SYS_clone, {CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_VM | CLONE_VFORK | SIGCHLD}, NOTIFY},
    {SYS_clone3, {0}, NOSYS},
    {SYS_fork, {0}, NOTIFY},
    {SYS_vfork, {0}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
    {SYS_execveat, {0}, NOTIFY},
    /* Memory. */
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS}, ALLOW},
    {SYS_mmap, {0, 4096, PROT_NONE, ANONYMOUS | MAP_NORESERVE}, ALLOW},
    {SYS_mmap, {0, 0xfffff, READ_WRITE, ANONYMOUS | MAP_STACK}, ALLOW},
    {SYS_mmap, {0, 0x100000, READ_WRITE, ANONYMOUS}, NOTIFY}, /* witnessed */
    {SYS_mmap, {0, MINUS_ONE, READ_WRITE, ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 1 << 21, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_DENYWRITE, 3}, ALLOW},
    {SYS_mmap, {0, 1 << 21, READ_WRITE, MAP_PRIVATE | MAP_FIXED, 3}, ALLOW},
    {SYS_mmap, {0, 4096, READ_WRITE | PROT_EXEC, MAP_PRIVATE, 3}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE | PROT_EXEC, ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_EXEC, ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_READ, MAP_SHARED, 3}, ALLOW},
    {SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, 3}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, MAP_SHARED, 3}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_READ, MAP_SHARED_VALIDATE, 3}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS | MAP_GROWSDOWN}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS | MAP_HUGETLB}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, ANONYMOUS | MAP_LOCKED}, NOTIFY},
    {SYS_mprotect, {0, 4096, READ_WRITE}, ALLOW},
    {SYS_mprotect, {0, 4096, PROT_READ | PROT_EXEC}, NOTIFY},
    {SYS_mprotect, {0, 4096, PROT_READ | PROT_GROWSDOWN}, NOTIFY},
    {SYS_mremap, {0, 1, 4096, MREMAP_MAYMOVE}, NOTIFY}, /* witnessed */
    {SYS_mremap, {0, 1, 4096, MREMAP_MAYMOVE | MREMAP_DONTUNMAP}, NOTIFY},
    {SYS_madvise, {0, 4096, MADV_DONTNEED}, ALLOW},
    {SYS_madvise, {0, 4096, MADV_HWPOISON}, NOTIFY},
    {SYS_madvise, {0, 4096, MADV_MERGEABLE}, NOTIFY},
    {SYS_madvise, {0, 4096, HIGH | MADV_DONTNEED}, NOTIFY},
    {SYS_prlimit64, {0}, NOSYS},
    {SYS_getrlimit, {0}, NOSYS},
    /* Descriptors. */
    {SYS_read, {MINUS_ONE}, ALLOW},
    {SYS_fcntl, {0, F_GETFL}, ALLOW},
    {SYS_fcntl, {0, F_DUPFD_CLOEXEC, 3}, ALLOW},
    {SYS_fcntl, {0, F_SETFL, O_NONBLOCK}, ALLOW},
    {SYS_fcntl, {0, F_SETFL, O_ASYNC}, NOTIFY},
    {SYS_fcntl, {0, F_SETOWN, 1}, NOTIFY},
    {SYS_fcntl, {0, F_SETSIG, 9}, NOTIFY},
    {SYS_fcntl, {0, F_SETLEASE, 1}, NOTIFY},
    {SYS_fcntl, {0, F_NOTIFY, 1}, NOTIFY},
    {SYS_fcntl, {0, F_SETPIPE_SZ, 1}, NOTIFY},
    {SYS_fcntl, {0, F_SETLK, 0}, NOTIFY},
    {SYS_fcntl, {0, HIGH | F_GETFL}, NOTIFY},
    {SYS_ioctl, {0, TCGETS}, ALLOW},
    {SYS_ioctl, {0, FIONREAD}, ALLOW},
    {SYS_ioctl, {0, TIOCSTI}, NOTIFY},
    {SYS_ioctl, {0, HIGH | TIOCSTI}, NOTIFY},
    {SYS_ioctl, {0, TIOCLINUX}, NOTIFY},
    {SYS_pipe2, {0, O_CLOEXEC}, ALLOW},
    {SYS_pipe2, {0, O_EXCL}, NOTIFY},
    /* Itself. */
    {SYS_prctl, {PR_SET_NAME}, ALLOW},
    {SYS_prctl, {PR_SET_DUMPABLE}, NOTIFY},
    {SYS_prctl, {PR_SET_SECCOMP}, NOTIFY},
    {SYS_prctl, {HIGH | PR_SET_NAME}, NOTIFY},
    {SYS_arch_prctl, {0x1002}, ALLOW},
    {SYS_arch_prctl, {0x1001}, NOTIFY},
    {SYS_kill, {1, SIGKILL}, ALLOW},
    {SYS_tgkill, {1, 1, SIGABRT}, ALLOW},
    {SYS_fchmod, {3, 0100644}, ALLOW},
    {SYS_fchmod, {3, 04755}, NOTIFY},
    {SYS_rt_sigreturn, {0}, ALLOW},
    {SYS_restart_syscall, {0}, ALLOW},
    {SYS_exit, {0}, ALLOW},
    /* What no honest program does, and what it probes: notified alike. */
    {SYS_ptrace, {0}, NOTIFY},
    {SYS_bpf, {0}, NOTIFY},
    {SYS_mount, {0}, NOTIFY},
    {SYS_unshare, {0}, NOTIFY},
    {SYS_setns, {0}, NOTIFY},
    {SYS_keyctl, {0}, NOTIFY},
    {SYS_userfaultfd, {0}, NOTIFY},
    {SYS_perf_event_open, {0}, NOTIFY},
    {SYS_process_vm_readv, {0}, NOTIFY},
    {SYS_socket, {2, 1, 0}, NOTIFY},
    {SYS_memfd_create, {0}, NOTIFY},
    {SYS_setpriority, {0}, NOTIFY},
    {SYS_chmod, {0}, NOTIFY},
    {SYS_seccomp, {0}, NOTIFY},
    {SYS_open_by_handle_at, {0}, NOTIFY},
    /* Optional ones. */
    {SYS_io_uring_setup, {0}, NOSYS},
    {SYS_rseq, {0}, NOSYS},
    {SYS_statx, {0}, NOSYS},
    {SYS_openat2, {0}, NOSYS},
    {SYS_faccessat2, {0}, NOSYS},
    {SYS_close_range, {0}, NOSYS},
    {SYS_pidfd_open, {0}, NOSYS},
    {SYS_landlock_create_ruleset, {0}, NOSYS},
    {450, {0}, NOSYS},
    {1023, {0}, NOSYS},
    {400, {0}, NOSYS},
};

Test(policy_filter, native_runs_programs_with_threads_and_files_and_no_more)
{
    EXPECT_ROWS("native", native_rows);
}

struct answer_row {
    int number;
    enum dp_answer answer;
    int errnum;
};

Test(policy_filter, native_tells_probes_from_attacks)
{
    static const struct answer_row rows[] = {
        {SYS_socket, DP_ANSWER_KILL, 0},     {SYS_fork, DP_ANSWER_KILL, 0},
        {SYS_execve, DP_ANSWER_KILL, 0},     {SYS_execveat, DP_ANSWER_KILL, 0},
        {SYS_ptrace, DP_ANSWER_KILL, 0},     {SYS_mount, DP_ANSWER_KILL, 0},
        {SYS_clone, DP_ANSWER_KILL, 0},      {SYS_setpriority, DP_ANSWER_ERRNO, EPERM},
        {SYS_mlock, DP_ANSWER_ERRNO, EPERM}, {SYS_chmod, DP_ANSWER_ERRNO, EPERM},
        {SYS_mmap, DP_ANSWER_ERRNO, EPERM},  {SYS_ioctl, DP_ANSWER_ERRNO, ENOTTY},
        {SYS_flock, DP_ANSWER_ERRNO, EPERM}, {SYS_memfd_create, DP_ANSWER_ERRNO, EPERM},
        {SYS_clone3, DP_ANSWER_ENOSYS, 0},   {SYS_vhangup, DP_ANSWER_KILL, 0},
        {SYS_getpid, DP_ANSWER_ALLOW, 0},    {SYS_setrlimit, DP_ANSWER_ERRNO, EPERM},
    };
    const uint64_t none[6] = {0};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int errnum = 0;
        enum dp_answer answer =
            dp_policy_decide(&find("native")->policy, rows[i].number, none, &errnum);

        cr_expect_eq(answer, rows[i].answer, "%s", dualpipe_syscall_name(rows[i].number));
        cr_expect_eq(errnum, rows[i].errnum, "%s", dualpipe_syscall_name(rows[i].number));
    }
}

Test(policy_filter, foreign_architectures_are_told_to_the_listener_whatever_they_call)
{
    static const uint32_t architectures[] = {AUDIT_ARCH_I386, AUDIT_ARCH_AARCH64, 0, UINT32_MAX};
    size_t policy;
    size_t i;
    int number;

    for (policy = 0; policy < dp_builtin_policy_count; policy++) {
        const struct dp_filter *filter = &dp_builtin_policies[policy].filter;

        for (number = 0; number < 1024; number++) {
            struct seccomp_data data = {.nr = number | 0x40000000, .arch = AUDIT_ARCH_X86_64};

            cr_expect_eq(dp_filter_evaluate(filter, &data), NOTIFY);
            for (i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++) {
                data = (struct seccomp_data){.nr = number, .arch = architectures[i]};
                cr_expect_eq(dp_filter_evaluate(filter, &data), NOTIFY);
            }
        }
    }
}

Test(policy_filter, views_limits_and_layers_of_the_built_in_policies)
{
    const struct dp_policy *native = &find("native")->policy;
    const struct dp_policy *strict = &find("strict")->policy;
    const uint32_t all = DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_COUNT) - 1;
    size_t i;

    for (i = 0; i < dp_builtin_policy_count; i++) {
        cr_expect_eq(dp_builtin_policies[i].policy.layers,
                     all & ~DUALPIPE_LAYER_BIT(DUALPIPE_LAYER_CGROUP));
        cr_expect_neq(dp_builtin_policies[i].policy.limits.cpu_us, DUALPIPE_UNLIMITED);
        cr_expect_neq(dp_builtin_policies[i].policy.limits.memory_bytes, DUALPIPE_UNLIMITED);
        cr_expect_neq(dp_builtin_policies[i].policy.limits.processes, DUALPIPE_UNLIMITED);
    }
    cr_expect(strict->exec_once);
    cr_expect(native->exec_once);
    cr_expect_eq(native->limits.cpu_us, DUALPIPE_SECONDS(10));
    cr_expect_eq(native->limits.memory_bytes, DUALPIPE_MEBIBYTES(256));
    cr_expect_eq(native->limits.stack_bytes, 0);
    cr_expect_eq(strict->view_count, 0);
    cr_expect_eq(strict->env_count, 0);
    cr_expect_str_eq(strict->directory, "/");
    cr_expect_eq(strict->limits.open_files, 3);
    cr_expect_eq(find("static")->policy.limits.open_files, 3);
    cr_expect_str_eq(native->directory, "/box");
    cr_expect_eq(native->limits.processes, 64);
    cr_expect_eq(native->limits.open_files, 64);
    /* A shared mapping of it is memory that RLIMIT_DATA does not count. */
    for (i = 0; i < native->view_count; i++)
        cr_expect_neq(strcmp(native->views[i].path, "/dev/zero"), 0);
    cr_expect(find("python")->policy.exec_once && find("script")->policy.exec_once);
    cr_expect(find("java")->policy.exec_once && find("node")->policy.exec_once);
    cr_expect_not(find("compile")->policy.exec_once);
    cr_expect_not(find("shell")->policy.exec_once);
}

/* What the runtimes' policies have beyond native, and what they have not. */

#define STREAM_PAIR (SOCK_STREAM | SOCK_CLOEXEC)
#define CODE (PROT_READ | PROT_WRITE | PROT_EXEC)
#define SPAWN (CLONE_VM | CLONE_VFORK | SIGCHLD)

static const struct row python_rows[] = {
    {SYS_socketpair, {AF_UNIX, STREAM_PAIR}, ALLOW},
    {SYS_socketpair, {AF_UNIX, SOCK_STREAM}, ALLOW},
    {SYS_socketpair, {AF_UNIX, SOCK_DGRAM}, NOTIFY},
    {SYS_socketpair, {AF_UNIX, SOCK_SEQPACKET}, NOTIFY},
    {SYS_socketpair, {AF_INET, SOCK_STREAM}, NOTIFY},
    {SYS_socketpair, {HIGH | AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_sendto, {3, 8, 8, 0, 0}, ALLOW},
    {SYS_sendto, {3, 8, 8, 0, 8}, NOTIFY},
    {SYS_recvfrom, {3, 8, 8, 0, 0}, ALLOW},
    {SYS_recvfrom, {3, 8, 8, 0, HIGH}, NOTIFY},
    {SYS_sendmsg, {3}, NOTIFY},
    {SYS_recvmsg, {3}, NOTIFY},
    {SYS_socket, {AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_connect, {3}, NOTIFY},
    {SYS_bind, {3}, NOTIFY},
    {SYS_mmap, {0, 4096, CODE, ANONYMOUS}, NOTIFY},
    {SYS_mprotect, {0, 4096, PROT_READ | PROT_EXEC}, NOTIFY},
    {SYS_clone, {SPAWN}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
    {SYS_prlimit64, {0}, NOSYS},
};

Test(policy_filter, python_is_native_and_a_pair_of_sockets)
{
    EXPECT_ROWS("python", python_rows);
}

static const struct row script_rows[] = {
    {SYS_timerfd_create, {1, 02000000}, ALLOW},
    {SYS_signalfd4, {0}, NOTIFY},
    {SYS_prctl, {PR_SET_THP_DISABLE, 1}, ALLOW},
    {SYS_prctl, {PR_SET_DUMPABLE, 0}, NOTIFY},
    {SYS_socketpair, {AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_socket, {AF_UNIX, STREAM_PAIR}, ALLOW},
    {SYS_socket, {AF_UNIX, SOCK_DGRAM}, NOTIFY},
    {SYS_socket, {AF_INET, SOCK_STREAM}, NOTIFY},
    {SYS_socket, {HIGH | AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_getsockname, {1}, ALLOW},
    {SYS_connect, {3}, NOSYS},
    {SYS_bind, {3}, NOTIFY},
    {SYS_listen, {3}, NOTIFY},
    {SYS_sendto, {3}, NOTIFY},
    {SYS_sendmsg, {3}, NOTIFY},
    {SYS_mmap, {0, 4096, CODE, ANONYMOUS}, NOTIFY},
    {SYS_clone, {SIGCHLD}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
};

Test(policy_filter, script_is_native_huge_pages_off_and_a_socket_to_no_one)
{
    EXPECT_ROWS("script", script_rows);
}

static const struct row java_rows[] = {
    {SYS_mmap, {0, 4096, CODE, ANONYMOUS}, ALLOW},
    {SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE}, ALLOW},
    {SYS_mmap, {0, 4096, CODE, MAP_PRIVATE}, NOTIFY}, /* of a file */
    {SYS_mmap, {0, 4096, CODE, MAP_SHARED | MAP_ANONYMOUS}, NOTIFY},
    {SYS_mprotect, {0, 4096, CODE}, ALLOW},
    {SYS_mprotect, {0, 4096, CODE | PROT_GROWSDOWN}, NOTIFY},
    {SYS_socket, {AF_UNIX, SOCK_STREAM}, ALLOW},
    {SYS_socket, {AF_INET, SOCK_STREAM}, NOTIFY},
    {SYS_socket, {AF_UNIX, SOCK_DGRAM}, NOTIFY},
    {SYS_connect, {3}, NOSYS},
    {SYS_bind, {3}, NOTIFY},
    {SYS_sendto, {3}, NOTIFY},
    {SYS_socketpair, {AF_UNIX, SOCK_STREAM}, ALLOW},
    {SYS_socketpair, {AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC}, ALLOW},
    {SYS_socketpair, {AF_UNIX, SOCK_DGRAM}, NOTIFY},
    {SYS_socketpair, {AF_INET, SOCK_STREAM}, NOTIFY},
    {SYS_socketpair, {HIGH | AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_getsockname, {3}, ALLOW},
    {SYS_prlimit64, {0, RLIMIT_NOFILE}, ALLOW},
    {SYS_prlimit64, {1, RLIMIT_NOFILE}, NOTIFY},
    {SYS_prlimit64, {HIGH, RLIMIT_NOFILE}, NOTIFY},
    {SYS_statfs, {0}, ALLOW},
    {SYS_clone, {SPAWN}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
};

Test(policy_filter, java_may_write_code_and_reach_no_one)
{
    EXPECT_ROWS("java", java_rows);
}

static const struct row build_rows[] = {
    {SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED}, ALLOW},
    {SYS_mmap, {0, 4096, CODE, MAP_SHARED}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_HUGETLB}, NOTIFY},
    {SYS_socket, {AF_INET, SOCK_STREAM}, NOTIFY},
    {SYS_ptrace, {0}, NOTIFY},
    {SYS_unshare, {0}, NOTIFY},
    {SYS_mount, {0}, NOTIFY},
};

Test(policy_filter, build_maps_files_shared_and_reaches_no_one)
{
    EXPECT_ROWS("build", build_rows);
}

static const struct row node_rows[] = {
    {SYS_mmap, {0, 4096, CODE, ANONYMOUS}, ALLOW},
    {SYS_mmap, {0, 4096, CODE, MAP_PRIVATE}, NOTIFY},
    {SYS_mprotect, {0, 4096, CODE}, ALLOW},
    {SYS_socket, {AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_connect, {3}, NOTIFY},
    {SYS_prlimit64, {0}, NOSYS},
    {SYS_io_uring_setup, {1}, NOSYS},
    {SYS_clone, {SPAWN}, NOTIFY},
    {SYS_execve, {0}, NOTIFY},
};

Test(policy_filter, node_may_write_code_and_reach_no_one)
{
    EXPECT_ROWS("node", node_rows);
}

static const struct row compile_rows[] = {
    {SYS_execve, {0}, ALLOW},
    {SYS_execveat, {0}, NOTIFY},
    {SYS_vfork, {0}, ALLOW},
    {SYS_clone, {SPAWN}, ALLOW},
    {SYS_clone, {SIGCHLD}, ALLOW},
    {SYS_clone, {CLONE_PARENT | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_NEWUSER | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_NEWNET | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_UNTRACED | SIGCHLD}, NOTIFY},
    {SYS_clone, {HIGH | SIGCHLD}, ALLOW}, /* the kernel reads 32 bits of it */
    {SYS_clone3, {0}, NOSYS},
    {SYS_chmod, {0, 0755}, ALLOW},
    {SYS_chmod, {0, 04755}, NOTIFY},
    {SYS_fchmodat, {0, 0, 0755}, NOTIFY},
    {SYS_socket, {AF_UNIX, SOCK_STREAM}, NOTIFY},
    {SYS_mmap, {0, 4096, CODE, ANONYMOUS}, NOTIFY},
    {SYS_prlimit64, {0}, NOSYS},
    {SYS_ptrace, {0}, NOTIFY},
    {SYS_unshare, {0}, NOTIFY},
    {SYS_setsid, {0}, NOTIFY},
};

Test(policy_filter, compile_starts_programs_and_reaches_no_one)
{
    EXPECT_ROWS("compile", compile_rows);
}

static const struct row shell_rows[] = {
    {SYS_execve, {0}, ALLOW},
    {SYS_execveat, {0}, NOTIFY},
    {SYS_fork, {0}, ALLOW},
    {SYS_clone, {SIGCHLD | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID}, ALLOW},
    {SYS_clone, {CLONE_PARENT | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_NEWNS | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_NEWUSER | SIGCHLD}, NOTIFY},
    {SYS_clone, {CLONE_PIDFD | SIGCHLD}, NOTIFY},
    {SYS_clone3, {0}, NOSYS},
    {SYS_setsid, {0}, ALLOW},
    {SYS_lgetxattr, {0}, ALLOW},
    {SYS_setxattr, {0}, NOTIFY},
    {SYS_ioctl, {0, TIOCGPGRP}, ALLOW},
    {SYS_ioctl, {0, TIOCSTI}, NOTIFY},
    {SYS_ioctl, {0, HIGH | TIOCSTI}, NOTIFY},
    {SYS_fchmodat, {0, 0, 0755}, ALLOW},
    {SYS_fchmodat, {0, 0, 02755}, NOTIFY},
    {SYS_chown, {0}, NOTIFY},
    {SYS_symlink, {0}, ALLOW},
    {SYS_mknod, {0}, NOTIFY},
    {SYS_flock, {0}, NOTIFY},
    {SYS_socket, {AF_UNIX, SOCK_STREAM}, ALLOW},
    {SYS_socket, {AF_INET, SOCK_STREAM}, NOTIFY},
    {SYS_connect, {3}, NOSYS},
    {SYS_bind, {3}, NOTIFY},
    {SYS_sendmsg, {3}, NOTIFY},
    {SYS_mmap, {0, 4096, CODE, ANONYMOUS}, NOTIFY},
    {SYS_mmap, {0, 4096, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS}, NOTIFY},
    {SYS_prlimit64, {0, RLIMIT_STACK}, ALLOW},
    {SYS_prlimit64, {1, RLIMIT_STACK}, NOTIFY},
    {SYS_ptrace, {0}, NOTIFY},
    {SYS_mount, {0}, NOTIFY},
    {SYS_unshare, {0}, NOTIFY},
    {SYS_setns, {0}, NOTIFY},
    {SYS_bpf, {0}, NOTIFY},
    {SYS_keyctl, {0}, NOTIFY},
    {SYS_userfaultfd, {0}, NOTIFY},
    {SYS_perf_event_open, {0}, NOTIFY},
    {SYS_io_uring_setup, {0}, NOSYS},
};

Test(policy_filter, shell_has_processes_and_nothing_of_the_kernel)
{
    EXPECT_ROWS("shell", shell_rows);
}

/* The interpreter */

static int64_t run(const struct sock_filter *instructions, size_t count)
{
    struct dp_filter filter = {.instructions = instructions, .count = count};
    struct seccomp_data data = {.nr = 7, .arch = AUDIT_ARCH_X86_64};

    data.args[1] = UINT64_C(0x1122334455667788);
    return dp_filter_evaluate(&filter, &data);
}

#define RUN(...)                                                                                   \
    run((const struct sock_filter[]){__VA_ARGS__},                                                 \
        sizeof((const struct sock_filter[]){__VA_ARGS__}) / sizeof(struct sock_filter))

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(k) BPF_STMT(BPF_RET | BPF_K, k)
#define RETURN_A BPF_STMT(BPF_RET | BPF_A, 0)
#define ALU(op, k) BPF_STMT(BPF_ALU | (op) | BPF_K, k)
#define ALU_X(op) BPF_STMT(BPF_ALU | (op) | BPF_X, 0)
#define SET_A(k) BPF_STMT(BPF_LD | BPF_IMM, k)
#define SET_X(k) BPF_STMT(BPF_LDX | BPF_IMM, k)

Test(policy_filter, the_interpreter_computes_what_the_kernel_computes)
{
    cr_expect_eq(RUN(RETURN(5)), 5);
    cr_expect_eq(RUN(LOAD(0), RETURN_A), 7);
    cr_expect_eq(RUN(LOAD(4), RETURN_A), AUDIT_ARCH_X86_64);
    cr_expect_eq(RUN(LOAD(24), RETURN_A), 0x55667788);
    cr_expect_eq(RUN(LOAD(28), RETURN_A), 0x11223344);
    cr_expect_eq(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RETURN_A), 64);
    cr_expect_eq(RUN(SET_A(5), ALU(BPF_ADD, 3), RETURN_A), 8);
    cr_expect_eq(RUN(SET_A(5), ALU(BPF_SUB, 6), RETURN_A), UINT32_MAX);
    cr_expect_eq(RUN(SET_A(5), ALU(BPF_MUL, 6), RETURN_A), 30);
    cr_expect_eq(RUN(SET_A(50), ALU(BPF_DIV, 6), RETURN_A), 8);
    cr_expect_eq(RUN(SET_A(50), ALU(BPF_AND, 6), RETURN_A), 2);
    cr_expect_eq(RUN(SET_A(50), ALU(BPF_OR, 5), RETURN_A), 55);
    cr_expect_eq(RUN(SET_A(50), ALU(BPF_XOR, 50), RETURN_A), 0);
    cr_expect_eq(RUN(SET_A(1), ALU(BPF_LSH, 31), RETURN_A), 0x80000000);
    cr_expect_eq(RUN(SET_A(0x80000000), ALU(BPF_RSH, 31), RETURN_A), 1);
    cr_expect_eq(RUN(SET_A(1), BPF_STMT(BPF_ALU | BPF_NEG, 0), RETURN_A), UINT32_MAX);
    cr_expect_eq(RUN(SET_A(9), SET_X(2), ALU_X(BPF_SUB), RETURN_A), 7);
    cr_expect_eq(RUN(SET_A(9), SET_X(0), ALU_X(BPF_DIV), RETURN_A), 0);
    cr_expect_eq(RUN(SET_A(9), BPF_STMT(BPF_MISC | BPF_TAX, 0), ALU_X(BPF_ADD), RETURN_A), 18);
    cr_expect_eq(RUN(SET_X(9), BPF_STMT(BPF_MISC | BPF_TXA, 0), RETURN_A), 9);
    cr_expect_eq(
        RUN(SET_A(9), BPF_STMT(BPF_ST, 3), SET_A(0), BPF_STMT(BPF_LD | BPF_MEM, 3), RETURN_A), 9);
    cr_expect_eq(RUN(SET_A(4), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 1, 0), RETURN(1), RETURN(2)),
                 2);
    cr_expect_eq(RUN(SET_A(4), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 4, 1, 0), RETURN(1), RETURN(2)),
                 1);
    cr_expect_eq(RUN(SET_A(4), BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 4, 1, 0), RETURN(1), RETURN(2)),
                 2);
    cr_expect_eq(
        RUN(SET_A(6), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 12, 1, 0), RETURN(1), RETURN(2)), 2);
    cr_expect_eq(RUN(BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(1), RETURN(2)), 2);
}

Test(policy_filter, the_interpreter_refuses_what_the_kernel_refuses)
{
    static const struct sock_filter one[] = {BPF_STMT(BPF_RET | BPF_K, 1)};

    cr_expect_eq(run(one, 0), -EINVAL);
    cr_expect_eq(RUN(LOAD(0)), -EINVAL);            /* runs off its end */
    cr_expect_eq(RUN(LOAD(64), RETURN_A), -EINVAL); /* beyond the data */
    cr_expect_eq(RUN(LOAD(2), RETURN_A), -EINVAL);  /* not aligned */
    cr_expect_eq(RUN(BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), RETURN_A), -EINVAL);
    cr_expect_eq(RUN(BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), RETURN_A), -EINVAL);
    cr_expect_eq(RUN(ALU(BPF_DIV, 0), RETURN_A), -EINVAL);
    cr_expect_eq(RUN(ALU(BPF_MOD, 3), RETURN_A), -EINVAL); /* not in seccomp */
    cr_expect_eq(RUN(ALU(BPF_LSH, 32), RETURN_A), -EINVAL);
    cr_expect_eq(RUN(BPF_STMT(BPF_ST, 16), RETURN_A), -EINVAL);
    cr_expect_eq(RUN(BPF_STMT(BPF_LD | BPF_MEM, 0), RETURN_A), -EINVAL); /* never written */
    cr_expect_eq(RUN(BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), RETURN(1)), -EINVAL);
    cr_expect_eq(RUN(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), RETURN(1)), -EINVAL);
    cr_expect_eq(RUN(BPF_STMT(BPF_RET | BPF_X, 0)), -EINVAL);
    /* Written on one of two ways only. */
    cr_expect_eq(RUN(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), BPF_STMT(BPF_ST, 0),
                     BPF_STMT(BPF_LD | BPF_MEM, 0), RETURN_A),
                 -EINVAL);
}

/* The packer */

static int pack(const struct sock_filter *from, size_t count, struct sock_filter *to,
                struct dp_filter *packed)
{
    packed->instructions = to;
    return dp_filter_pack(from, count, to, &packed->count);
}

#define PACK(to, packed, ...)                                                                      \
    pack((const struct sock_filter[]){__VA_ARGS__},                                                \
         sizeof((const struct sock_filter[]){__VA_ARGS__}) / sizeof(struct sock_filter), (to),     \
         (packed))

#define TEST(op, k, if_true, if_false) BPF_JUMP(BPF_JMP | (op) | BPF_K, k, if_true, if_false)
#define ARGUMENT(index) LOAD(16 + 8 * (index))

Test(policy_filter, the_packer_keeps_what_a_program_answers)
{
    static struct sock_filter to[BPF_MAXINSNS];
    struct dp_filter packed;

    /* read of descriptor 0, 5 or 6; write in any case; of the mask's word nothing is asked. */
    cr_assert_eq(PACK(to, &packed, LOAD(0), TEST(BPF_JEQ, SYS_read, 2, 0),
                      TEST(BPF_JEQ, SYS_write, 0, 7), RETURN(ALLOW), ARGUMENT(1), ALU(BPF_AND, 0),
                      TEST(BPF_JEQ, 0, 0, 3), ARGUMENT(0), TEST(BPF_JEQ, 0, 2, 0),
                      TEST(BPF_JGE, 5, 0, 0), RETURN(NOTIFY), RETURN(ALLOW)),
                 0);
    cr_expect_eq(act(&packed, SYS_read, (uint64_t[6]){0, 9}), ALLOW);
    cr_expect_eq(act(&packed, SYS_read, (uint64_t[6]){1, 0}), NOTIFY);
    cr_expect_eq(act(&packed, SYS_write, (uint64_t[6]){7}), ALLOW);
    cr_expect_eq(act(&packed, SYS_open, (uint64_t[6]){0}), NOTIFY);
    cr_expect_eq(act(&packed, DP_SYSCALL_NEWEST + 1, (uint64_t[6]){0}), NOSYS);
    cr_expect_eq(act(&packed, 0x40000000, (uint64_t[6]){0}), NOTIFY);
    for (size_t i = 0; i < packed.count; i++)
        cr_expect_neq(packed.instructions[i].k, 24, "a word is loaded of which nothing is asked");
}

Test(policy_filter, the_packer_leaves_alone_what_it_cannot_follow)
{
    static struct sock_filter to[BPF_MAXINSNS];
    struct dp_filter packed;

    cr_expect_eq(PACK(to, &packed, LOAD(0)), -ENOTSUP); /* runs off its end */
    cr_expect_eq(PACK(to, &packed, LOAD(0), ALU(BPF_AND, 1), RETURN(ALLOW)), -ENOTSUP);
    cr_expect_eq(PACK(to, &packed, LOAD(0), RETURN_A), -ENOTSUP);
    cr_expect_eq(PACK(to, &packed, BPF_JUMP(BPF_JMP | BPF_JA, 7, 0, 0), RETURN(1)), -ENOTSUP);
    cr_expect_eq(PACK(to, &packed, ARGUMENT(0), ALU(BPF_OR, 1), RETURN(ALLOW)), -ENOTSUP);
    cr_expect_eq(PACK(to, &packed, ARGUMENT(0), LOAD(0), RETURN(ALLOW)), -ENOTSUP);
    cr_expect_eq(PACK(to, &packed, ARGUMENT(0), TEST(BPF_JEQ, 1, 9, 0), RETURN(1)), -ENOTSUP);
}

Test(policy_filter, built_in_filters_are_packed)
{
    for (size_t i = 0; i < dp_builtin_policy_count; i++)
        cr_expect_lt(dp_builtin_policies[i].filter.count, 300, "%s",
                     dp_builtin_policies[i].policy.name);
}
