/* SPDX-License-Identifier: MIT */
/* describe.c - refused system calls in words that people understand. */
#include "describe.h"
#include "syscall_table.h"

#include <inttypes.h>
#include <linux/audit.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define X32_BIT 0x40000000

/* Adds to text, which holds size bytes and a string, as far as it fits. */
__attribute__((format(printf, 3, 4))) static void add(char *text, size_t size, const char *format,
                                                      ...)
{
    size_t length = strnlen(text, size);
    va_list arguments;

    if (length >= size)
        return;
    va_start(arguments, format);
    (void)vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

static bool is_foreign(const struct dualpipe_refusal *refusal)
{
    return refusal->architecture != AUDIT_ARCH_X86_64 || (refusal->number & X32_BIT) != 0;
}

static void add_arguments(char *text, size_t size, const struct dualpipe_refusal *refusal,
                          const struct dp_told_list *told)
{
    struct dp_argument argument;
    char value[300];
    unsigned i;

    for (i = 0; dp_syscall_argument_at(refusal->number, i, &argument); i++) {
        if (!dp_told_text(value, sizeof(value), told, &argument))
            dp_constant_text(value, sizeof(value), argument.kind, refusal->arguments[i]);
        add(text, size, "%s%.*s=%s", i > 0 ? ", " : "", (int)argument.length, argument.name, value);
    }
}

void dp_refusal_text(char *text, size_t size, const struct dualpipe_refusal *refusal,
                     const struct dp_told_list *told)
{
    const char *name = dualpipe_syscall_name(refusal->number);

    if (size == 0)
        return;
    text[0] = '\0';
    if (refusal->architecture == AUDIT_ARCH_I386) {
        add(text, size, "call %d of i386", refusal->number);
    } else if (refusal->architecture != AUDIT_ARCH_X86_64) {
        add(text, size, "call %d of the foreign architecture 0x%" PRIx32, refusal->number,
            refusal->architecture);
    } else if (is_foreign(refusal)) {
        add(text, size, "call %d of x32", refusal->number & ~X32_BIT);
    } else if (!name) {
        add(text, size, "call %d", refusal->number);
    } else {
        add(text, size, "%s(", name);
        add_arguments(text, size, refusal, told);
        add(text, size, ")");
    }
}

/* What a call is about, to those who write programs. */
enum topic {
    TOPIC_NONE = 0,
    TOPIC_START, /* of a C library */
    TOPIC_FILES,
    TOPIC_MEMORY,
    TOPIC_NETWORK,
    TOPIC_PROCESS,
    TOPIC_PROGRAM,
    TOPIC_SHARING,
    TOPIC_KERNEL,
    TOPIC_LIMITS,
    TOPIC_PERMISSIONS,
};

struct about {
    int number;
    enum topic topic;
};

static const struct about abouts[] = {
    {SYS_brk, TOPIC_START},
    {SYS_arch_prctl, TOPIC_START},
    {SYS_set_tid_address, TOPIC_START},
    {SYS_set_robust_list, TOPIC_START},
    {SYS_prlimit64, TOPIC_START},
    {SYS_rseq, TOPIC_START},
    {SYS_getrandom, TOPIC_START},
    {SYS_uname, TOPIC_START},
    {SYS_fstat, TOPIC_START},
    {SYS_newfstatat, TOPIC_START},
    {SYS_readlink, TOPIC_START},
    {SYS_ioctl, TOPIC_START},
    {SYS_writev, TOPIC_START},
    {SYS_lseek, TOPIC_START},
    {SYS_futex, TOPIC_START},
    {SYS_rt_sigaction, TOPIC_START},
    {SYS_rt_sigprocmask, TOPIC_START},
    {SYS_sigaltstack, TOPIC_START},
    {SYS_poll, TOPIC_START},
    {SYS_open, TOPIC_FILES},
    {SYS_openat, TOPIC_FILES},
    {SYS_access, TOPIC_FILES},
    {SYS_stat, TOPIC_FILES},
    {SYS_close, TOPIC_FILES},
    {SYS_pread64, TOPIC_FILES},
    {SYS_unlink, TOPIC_FILES},
    {SYS_unlinkat, TOPIC_FILES},
    {SYS_mkdir, TOPIC_FILES},
    {SYS_mkdirat, TOPIC_FILES},
    {SYS_rename, TOPIC_FILES},
    {SYS_renameat, TOPIC_FILES},
    {SYS_renameat2, TOPIC_FILES},
    {SYS_symlink, TOPIC_FILES},
    {SYS_symlinkat, TOPIC_FILES},
    {SYS_link, TOPIC_FILES},
    {SYS_linkat, TOPIC_FILES},
    {SYS_mmap, TOPIC_MEMORY},
    {SYS_mprotect, TOPIC_MEMORY},
    {SYS_mremap, TOPIC_MEMORY},
    {SYS_socket, TOPIC_NETWORK},
    {SYS_socketpair, TOPIC_NETWORK},
    {SYS_connect, TOPIC_NETWORK},
    {SYS_accept, TOPIC_NETWORK},
    {SYS_accept4, TOPIC_NETWORK},
    {SYS_bind, TOPIC_NETWORK},
    {SYS_listen, TOPIC_NETWORK},
    {SYS_sendto, TOPIC_NETWORK},
    {SYS_sendmsg, TOPIC_NETWORK},
    {SYS_recvfrom, TOPIC_NETWORK},
    {SYS_recvmsg, TOPIC_NETWORK},
    {SYS_fork, TOPIC_PROCESS},
    {SYS_vfork, TOPIC_PROCESS},
    {SYS_clone, TOPIC_PROCESS},
    {SYS_clone3, TOPIC_PROCESS},
    {SYS_execve, TOPIC_PROGRAM},
    {SYS_execveat, TOPIC_PROGRAM},
    {SYS_memfd_create, TOPIC_SHARING},
    {SYS_shmget, TOPIC_SHARING},
    {SYS_semget, TOPIC_SHARING},
    {SYS_msgget, TOPIC_SHARING},
    {SYS_mq_open, TOPIC_SHARING},
    {SYS_ptrace, TOPIC_KERNEL},
    {SYS_process_vm_readv, TOPIC_KERNEL},
    {SYS_process_vm_writev, TOPIC_KERNEL},
    {SYS_bpf, TOPIC_KERNEL},
    {SYS_perf_event_open, TOPIC_KERNEL},
    {SYS_userfaultfd, TOPIC_KERNEL},
    {SYS_io_uring_setup, TOPIC_KERNEL},
    {SYS_add_key, TOPIC_KERNEL},
    {SYS_request_key, TOPIC_KERNEL},
    {SYS_keyctl, TOPIC_KERNEL},
    {SYS_mount, TOPIC_KERNEL},
    {SYS_umount2, TOPIC_KERNEL},
    {SYS_chroot, TOPIC_KERNEL},
    {SYS_pivot_root, TOPIC_KERNEL},
    {SYS_unshare, TOPIC_KERNEL},
    {SYS_setns, TOPIC_KERNEL},
    {SYS_init_module, TOPIC_KERNEL},
    {SYS_finit_module, TOPIC_KERNEL},
    {SYS_delete_module, TOPIC_KERNEL},
    {SYS_kexec_load, TOPIC_KERNEL},
    {SYS_reboot, TOPIC_KERNEL},
    {SYS_setpriority, TOPIC_LIMITS},
    {SYS_setrlimit, TOPIC_LIMITS},
    {SYS_sched_setaffinity, TOPIC_LIMITS},
    {SYS_sched_setscheduler, TOPIC_LIMITS},
    {SYS_mlock, TOPIC_LIMITS},
    {SYS_mlockall, TOPIC_LIMITS},
    {SYS_chmod, TOPIC_PERMISSIONS},
    {SYS_fchmodat, TOPIC_PERMISSIONS},
    {SYS_chown, TOPIC_PERMISSIONS},
    {SYS_fchown, TOPIC_PERMISSIONS},
    {SYS_setuid, TOPIC_PERMISSIONS},
    {SYS_setgid, TOPIC_PERMISSIONS},
};

static enum topic topic_of(int number)
{
    size_t i;

    for (i = 0; i < sizeof(abouts) / sizeof(abouts[0]); i++) {
        if (abouts[i].number == number)
            return abouts[i].topic;
    }
    return TOPIC_NONE;
}

static bool is_allowed(const struct dp_policy *policy, int number)
{
    const uint64_t none[6] = {0};
    int errnum;

    return dp_policy_decide(policy, number, none, &errnum) == DP_ANSWER_ALLOW;
}

/* A policy under which no program of a C library can start. */
static const char *hint_for_bare(const struct dp_policy *policy, enum topic topic)
{
    if (is_allowed(policy, SYS_brk) || topic == TOPIC_NETWORK || topic == TOPIC_KERNEL)
        return NULL;
    if (topic == TOPIC_START || topic == TOPIC_MEMORY || topic == TOPIC_FILES)
        return "a program of a C library needs `static` (if linked statically) or `native`, not %s";
    return NULL;
}

/* mmap and mprotect, where memory is allowed as such. */
static const char *hint_for_memory(const struct dualpipe_refusal *refusal)
{
    if (refusal->number == SYS_mremap)
        return NULL;
    if ((refusal->arguments[2] & PROT_EXEC) != 0)
        return "memory that was written cannot be made executable under %s";
    if (refusal->number == SYS_mmap && (refusal->arguments[3] & MAP_SHARED) != 0)
        return "shared memory is not part of %s: map it MAP_PRIVATE";
    return "this kind of memory is not part of %s";
}

static const char *hint_for_process(const struct dp_policy *policy,
                                    const struct dualpipe_refusal *refusal)
{
    bool is_thread = refusal->number == SYS_clone && (refusal->arguments[0] & CLONE_THREAD) != 0;

    if (is_thread)
        return "threads are not part of %s: `native` has them";
    if (is_allowed(policy, SYS_openat))
        return "starting a process is not part of %s: threads can be had, processes cannot";
    return "starting a process or a thread is not part of %s";
}

static const char *find_hint(const struct dp_policy *policy, const struct dualpipe_refusal *refusal)
{
    enum topic topic = topic_of(refusal->number);
    const char *hint = hint_for_bare(policy, topic);

    if (hint)
        return hint;
    switch (topic) {
    case TOPIC_NETWORK:
        return "network is not part of %s";
    case TOPIC_PROCESS:
        return hint_for_process(policy, refusal);
    case TOPIC_PROGRAM:
        return "starting another program is not part of %s";
    case TOPIC_FILES:
        if (is_allowed(policy, SYS_openat))
            return "files can be opened under %s, but this is not part of it";
        return "files are not part of %s: a dynamic program, or one that opens files, needs "
               "`native`";
    case TOPIC_MEMORY:
        return hint_for_memory(refusal);
    case TOPIC_SHARING:
        return "shared memory and message queues are not part of %s";
    case TOPIC_KERNEL:
        return "no honest program needs this here: %s never allows it";
    case TOPIC_LIMITS:
        return "limits and priorities are set from outside, not under %s";
    case TOPIC_PERMISSIONS:
        return "owners and permissions cannot be changed under %s";
    default:
        return NULL;
    }
}

void dp_refusal_hint(char *text, size_t size, const struct dp_policy *policy,
                     const struct dualpipe_refusal *refusal)
{
    const char *hint = NULL;
    const char *at;

    if (size == 0)
        return;
    text[0] = '\0';
    if (is_foreign(refusal))
        hint = "32-bit and x32 system calls are in no policy, %s included: build for x86-64";
    else
        hint = find_hint(policy, refusal);
    at = hint ? strstr(hint, "%s") : NULL;
    if (at)
        add(text, size, "%.*s%s%s", (int)(at - hint), hint, policy->name, at + 2);
}
