/* SPDX-License-Identifier: MIT */
/* constants.c - the named constants of system call arguments, by kind. */
#include "dualpipe.h"
#include "syscall_table.h"

#include <asm/prctl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/futex.h>
#include <linux/memfd.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Newer than the headers of Debian 12. */
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef ARCH_CET_STATUS
#define ARCH_CET_STATUS 0x3001 /* old shadow-stack patches; glibc asks still */
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

/* <termios.h> names it, but has not the struct that its value is made from. */
#define KERNEL_TCGETS2 UINT32_C(0x802c542a)
/* <fcntl.h> says 0 for it on x86-64; this is what open(2) is given. */
#define KERNEL_O_LARGEFILE 0100000
/* <linux/futex.h> has the flags; the commands are below them. */
#define FUTEX_COMMANDS ((uint64_t)(uint32_t)FUTEX_CMD_MASK)

#define NAMED(constant)                                                                            \
    {                                                                                              \
#constant, (uint64_t)(int64_t)(constant)                                                   \
    }
#define NAMED32(constant)                                                                          \
    {                                                                                              \
#constant, (uint64_t)(uint32_t)(constant)                                                  \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

static const struct dp_constant fds[] = {
    {"stdin", STDIN_FILENO},
    {"stdout", STDOUT_FILENO},
    {"stderr", STDERR_FILENO},
    NAMED(AT_FDCWD),
    END,
};

static const struct dp_constant modes[] = {
    NAMED(S_ISUID),
    NAMED(S_ISGID),
    NAMED(S_ISVTX),
    END,
};

static const struct dp_constant prots[] = {
    NAMED(PROT_NONE),
    NAMED(PROT_READ),
    NAMED(PROT_WRITE),
    NAMED(PROT_EXEC),
    NAMED(PROT_GROWSDOWN),
    NAMED(PROT_GROWSUP),
    END,
};

static const struct dp_constant maps[] = {
    NAMED(MAP_SHARED),    NAMED(MAP_PRIVATE),         NAMED(MAP_SHARED_VALIDATE),
    NAMED(MAP_FIXED),     NAMED(MAP_ANONYMOUS),       NAMED(MAP_32BIT),
    NAMED(MAP_GROWSDOWN), NAMED(MAP_DENYWRITE),       NAMED(MAP_EXECUTABLE),
    NAMED(MAP_LOCKED),    NAMED(MAP_NORESERVE),       NAMED(MAP_POPULATE),
    NAMED(MAP_NONBLOCK),  NAMED(MAP_STACK),           NAMED(MAP_HUGETLB),
    NAMED(MAP_SYNC),      NAMED(MAP_FIXED_NOREPLACE), END,
};

static const struct dp_constant mremaps[] = {
    NAMED(MREMAP_MAYMOVE),
    NAMED(MREMAP_FIXED),
    NAMED(MREMAP_DONTUNMAP),
    END,
};

static const struct dp_constant advices[] = {
    NAMED(MADV_NORMAL),     NAMED(MADV_RANDOM),        NAMED(MADV_SEQUENTIAL),
    NAMED(MADV_WILLNEED),   NAMED(MADV_DONTNEED),      NAMED(MADV_FREE),
    NAMED(MADV_REMOVE),     NAMED(MADV_DONTFORK),      NAMED(MADV_DOFORK),
    NAMED(MADV_MERGEABLE),  NAMED(MADV_UNMERGEABLE),   NAMED(MADV_HUGEPAGE),
    NAMED(MADV_NOHUGEPAGE), NAMED(MADV_DONTDUMP),      NAMED(MADV_DODUMP),
    NAMED(MADV_WIPEONFORK), NAMED(MADV_KEEPONFORK),    NAMED(MADV_COLD),
    NAMED(MADV_PAGEOUT),    NAMED(MADV_POPULATE_READ), NAMED(MADV_POPULATE_WRITE),
    NAMED(MADV_COLLAPSE),   NAMED(MADV_HWPOISON),      END,
};

/* O_SYNC and O_TMPFILE hold the bits of O_DSYNC and O_DIRECTORY: first, so
 * that they are shown by their own names. */
static const struct dp_constant opens[] = {
    NAMED(O_RDONLY),
    NAMED(O_WRONLY),
    NAMED(O_RDWR),
    NAMED(O_CREAT),
    NAMED(O_EXCL),
    NAMED(O_NOCTTY),
    NAMED(O_TRUNC),
    NAMED(O_APPEND),
    NAMED(O_NONBLOCK),
    NAMED(O_SYNC),
    NAMED(O_DSYNC),
    NAMED(O_ASYNC),
    NAMED(O_DIRECT),
    NAMED(O_TMPFILE),
    NAMED(O_DIRECTORY),
    NAMED(O_NOFOLLOW),
    NAMED(O_NOATIME),
    NAMED(O_CLOEXEC),
    NAMED(O_PATH),
    {"O_LARGEFILE", KERNEL_O_LARGEFILE},
    END,
};

static const struct dp_constant ats[] = {
    NAMED(AT_SYMLINK_NOFOLLOW),
    NAMED(AT_REMOVEDIR),
    NAMED(AT_SYMLINK_FOLLOW),
    NAMED(AT_NO_AUTOMOUNT),
    NAMED(AT_EMPTY_PATH),
    NAMED(AT_RECURSIVE),
    END,
};

static const struct dp_constant accesses[] = {
    NAMED(F_OK), NAMED(R_OK), NAMED(W_OK), NAMED(X_OK), END,
};

static const struct dp_constant clones[] = {
    NAMED(CLONE_VM),
    NAMED(CLONE_FS),
    NAMED(CLONE_FILES),
    NAMED(CLONE_SIGHAND),
    NAMED(CLONE_PIDFD),
    NAMED(CLONE_PTRACE),
    NAMED(CLONE_VFORK),
    NAMED(CLONE_PARENT),
    NAMED(CLONE_THREAD),
    NAMED(CLONE_NEWNS),
    NAMED(CLONE_SYSVSEM),
    NAMED(CLONE_SETTLS),
    NAMED(CLONE_PARENT_SETTID),
    NAMED(CLONE_CHILD_CLEARTID),
    NAMED(CLONE_DETACHED),
    NAMED(CLONE_UNTRACED),
    NAMED(CLONE_CHILD_SETTID),
    NAMED(CLONE_NEWCGROUP),
    NAMED(CLONE_NEWUTS),
    NAMED(CLONE_NEWIPC),
    NAMED(CLONE_NEWUSER),
    NAMED(CLONE_NEWPID),
    NAMED(CLONE_NEWNET),
    NAMED32(CLONE_IO),
    NAMED(SIGCHLD),
    END,
};

static const struct dp_constant futexes[] = {
    NAMED(FUTEX_WAIT),
    NAMED(FUTEX_WAKE),
    NAMED(FUTEX_FD),
    NAMED(FUTEX_REQUEUE),
    NAMED(FUTEX_CMP_REQUEUE),
    NAMED(FUTEX_WAKE_OP),
    NAMED(FUTEX_LOCK_PI),
    NAMED(FUTEX_UNLOCK_PI),
    NAMED(FUTEX_TRYLOCK_PI),
    NAMED(FUTEX_WAIT_BITSET),
    NAMED(FUTEX_WAKE_BITSET),
    NAMED(FUTEX_WAIT_REQUEUE_PI),
    NAMED(FUTEX_LOCK_PI2),
    NAMED(FUTEX_CMP_REQUEUE_PI),
    NAMED(FUTEX_PRIVATE_FLAG),
    NAMED(FUTEX_CLOCK_REALTIME),
    END,
};

static const struct dp_constant signals[] = {
    NAMED(SIGHUP),
    NAMED(SIGINT),
    NAMED(SIGQUIT),
    NAMED(SIGILL),
    NAMED(SIGTRAP),
    NAMED(SIGABRT),
    NAMED(SIGBUS),
    NAMED(SIGFPE),
    NAMED(SIGKILL),
    NAMED(SIGUSR1),
    NAMED(SIGSEGV),
    NAMED(SIGUSR2),
    NAMED(SIGPIPE),
    NAMED(SIGALRM),
    NAMED(SIGTERM),
    NAMED(SIGCHLD),
    NAMED(SIGCONT),
    NAMED(SIGSTOP),
    NAMED(SIGTSTP),
    NAMED(SIGTTIN),
    NAMED(SIGTTOU),
    NAMED(SIGURG),
    NAMED(SIGXCPU),
    NAMED(SIGXFSZ),
    NAMED(SIGVTALRM),
    NAMED(SIGPROF),
    NAMED(SIGIO),
    NAMED(SIGWINCH),
    NAMED(SIGPWR),
    NAMED(SIGSYS),
    END,
};

static const struct dp_constant hows[] = {
    NAMED(SIG_BLOCK),
    NAMED(SIG_UNBLOCK),
    NAMED(SIG_SETMASK),
    END,
};

static const struct dp_constant clocks[] = {
    NAMED(CLOCK_REALTIME),          NAMED(CLOCK_MONOTONIC),     NAMED(CLOCK_PROCESS_CPUTIME_ID),
    NAMED(CLOCK_THREAD_CPUTIME_ID), NAMED(CLOCK_MONOTONIC_RAW), NAMED(CLOCK_REALTIME_COARSE),
    NAMED(CLOCK_MONOTONIC_COARSE),  NAMED(CLOCK_BOOTTIME),      NAMED(CLOCK_REALTIME_ALARM),
    NAMED(CLOCK_BOOTTIME_ALARM),    NAMED(CLOCK_TAI),           END,
};

static const struct dp_constant families[] = {
    NAMED(AF_UNSPEC),
    NAMED(AF_UNIX),
    NAMED(AF_INET),
    NAMED(AF_INET6),
    NAMED(AF_NETLINK),
    NAMED(AF_PACKET),
    NAMED(AF_ALG),
    NAMED(AF_BLUETOOTH),
    NAMED(AF_VSOCK),
    NAMED(AF_XDP),
    END,
};

static const struct dp_constant socket_types[] = {
    NAMED(SOCK_STREAM),
    NAMED(SOCK_DGRAM),
    NAMED(SOCK_RAW),
    NAMED(SOCK_SEQPACKET),
    NAMED(SOCK_NONBLOCK),
    NAMED(SOCK_CLOEXEC),
    END,
};

static const struct dp_constant fcntls[] = {
    NAMED(F_DUPFD),         NAMED(F_GETFD),
    NAMED(F_SETFD),         NAMED(F_GETFL),
    NAMED(F_SETFL),         NAMED(F_GETLK),
    NAMED(F_SETLK),         NAMED(F_SETLKW),
    NAMED(F_SETOWN),        NAMED(F_GETOWN),
    NAMED(F_SETSIG),        NAMED(F_GETSIG),
    NAMED(F_SETOWN_EX),     NAMED(F_GETOWN_EX),
    NAMED(F_OFD_GETLK),     NAMED(F_OFD_SETLK),
    NAMED(F_OFD_SETLKW),    NAMED(F_SETLEASE),
    NAMED(F_GETLEASE),      NAMED(F_NOTIFY),
    NAMED(F_DUPFD_CLOEXEC), NAMED(F_SETPIPE_SZ),
    NAMED(F_GETPIPE_SZ),    NAMED(F_ADD_SEALS),
    NAMED(F_GET_SEALS),     END,
};

static const struct dp_constant ioctls[] = {
    NAMED(TCGETS),
    {"TCGETS2", KERNEL_TCGETS2},
    NAMED(TCSETS),
    NAMED(TCSETSW),
    NAMED(TCSETSF),
    NAMED(TIOCSTI),
    NAMED(TIOCLINUX),
    NAMED(TIOCGPGRP),
    NAMED(TIOCSPGRP),
    NAMED(TIOCSCTTY),
    NAMED(TIOCNOTTY),
    NAMED(TIOCGWINSZ),
    NAMED(TIOCSWINSZ),
    NAMED(FIONREAD),
    NAMED(FIONBIO),
    NAMED(FIOASYNC),
    NAMED(FIOCLEX),
    NAMED(FIONCLEX),
    END,
};

static const struct dp_constant prctls[] = {
    NAMED(PR_SET_PDEATHSIG),    NAMED(PR_GET_PDEATHSIG),    NAMED(PR_GET_DUMPABLE),
    NAMED(PR_SET_DUMPABLE),     NAMED(PR_SET_KEEPCAPS),     NAMED(PR_SET_NAME),
    NAMED(PR_GET_NAME),         NAMED(PR_GET_SECCOMP),      NAMED(PR_SET_SECCOMP),
    NAMED(PR_CAPBSET_READ),     NAMED(PR_CAPBSET_DROP),     NAMED(PR_GET_TSC),
    NAMED(PR_SET_TSC),          NAMED(PR_SET_SECUREBITS),   NAMED(PR_SET_TIMERSLACK),
    NAMED(PR_MCE_KILL),         NAMED(PR_SET_MM),           NAMED(PR_SET_CHILD_SUBREAPER),
    NAMED(PR_SET_NO_NEW_PRIVS), NAMED(PR_GET_NO_NEW_PRIVS), NAMED(PR_SET_THP_DISABLE),
    NAMED(PR_GET_THP_DISABLE),  NAMED(PR_CAP_AMBIENT),      NAMED(PR_SET_SPECULATION_CTRL),
    NAMED32(PR_SET_PTRACER),    NAMED(PR_SET_VMA),          END,
};

static const struct dp_constant arch_prctls[] = {
    NAMED(ARCH_SET_GS), NAMED(ARCH_SET_FS),     NAMED(ARCH_GET_FS),
    NAMED(ARCH_GET_GS), NAMED(ARCH_CET_STATUS), END,
};

static const struct dp_constant resources[] = {
    NAMED(RLIMIT_CPU),
    NAMED(RLIMIT_FSIZE),
    NAMED(RLIMIT_DATA),
    NAMED(RLIMIT_STACK),
    NAMED(RLIMIT_CORE),
    NAMED(RLIMIT_RSS),
    NAMED(RLIMIT_NPROC),
    NAMED(RLIMIT_NOFILE),
    NAMED(RLIMIT_MEMLOCK),
    NAMED(RLIMIT_AS),
    NAMED(RLIMIT_LOCKS),
    NAMED(RLIMIT_SIGPENDING),
    NAMED(RLIMIT_NICE),
    NAMED(RLIMIT_RTPRIO),
    NAMED(RLIMIT_MSGQUEUE),
    NAMED(RLIMIT_RTTIME),
    END,
};

static const struct dp_constant ptraces[] = {
    NAMED(PTRACE_TRACEME),
    NAMED(PTRACE_PEEKDATA),
    NAMED(PTRACE_POKEDATA),
    NAMED(PTRACE_CONT),
    NAMED(PTRACE_ATTACH),
    NAMED(PTRACE_SEIZE),
    END,
};

static const struct dp_constant whences[] = {
    NAMED(SEEK_SET), NAMED(SEEK_CUR), NAMED(SEEK_END), NAMED(SEEK_DATA), NAMED(SEEK_HOLE), END,
};

static const struct dp_constant epoll_ops[] = {
    NAMED(EPOLL_CTL_ADD),
    NAMED(EPOLL_CTL_DEL),
    NAMED(EPOLL_CTL_MOD),
    END,
};

static const struct dp_constant eventfds[] = {
    NAMED(EFD_SEMAPHORE),
    NAMED(EFD_NONBLOCK),
    NAMED(EFD_CLOEXEC),
    END,
};

static const struct dp_constant randoms[] = {
    NAMED(GRND_NONBLOCK),
    NAMED(GRND_RANDOM),
    NAMED(GRND_INSECURE),
    END,
};

static const struct dp_constant rusages[] = {
    NAMED(RUSAGE_SELF),
    NAMED(RUSAGE_CHILDREN),
    NAMED(RUSAGE_THREAD),
    END,
};

static const struct dp_constant waits[] = {
    NAMED(WNOHANG), NAMED(WUNTRACED), NAMED(WEXITED), NAMED(WCONTINUED), NAMED(WNOWAIT), END,
};

static const struct dp_constant memfds[] = {
    NAMED(MFD_CLOEXEC),
    NAMED(MFD_ALLOW_SEALING),
    NAMED(MFD_HUGETLB),
    END,
};

static const struct dp_constant personalities[] = {
    {"query", UINT32_MAX},
    NAMED(ADDR_NO_RANDOMIZE),
    NAMED(READ_IMPLIES_EXEC),
    NAMED(MMAP_PAGE_ZERO),
    END,
};

static const struct dp_constant none[] = {END};

enum shape {
    SHAPE_HEX = 0,
    SHAPE_OCTAL,
    SHAPE_UNSIGNED,
    SHAPE_INT,
};

/* Within .choices the bits are one number with one name; beyond, they are
 * flags, each with its name. */
struct kind {
    const struct dp_constant *constants;
    uint64_t choices;
    enum shape shape; /* of what has no name */
    bool is_int;
};

static const struct kind kinds[DP_KIND_COUNT] = {
    [DP_KIND_WORD] = {none, 0, SHAPE_HEX, false},
    [DP_KIND_SIZE] = {none, 0, SHAPE_UNSIGNED, false},
    [DP_KIND_INT] = {none, 0, SHAPE_INT, true},
    [DP_KIND_FD] = {fds, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_MODE] = {modes, 0, SHAPE_OCTAL, true},
    [DP_KIND_PROT] = {prots, 0, SHAPE_HEX, false},
    [DP_KIND_MAP] = {maps, 0xf, SHAPE_HEX, false},
    [DP_KIND_MREMAP] = {mremaps, 0, SHAPE_HEX, false},
    [DP_KIND_ADVICE] = {advices, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_OPEN] = {opens, O_ACCMODE, SHAPE_HEX, true},
    [DP_KIND_AT] = {ats, 0, SHAPE_HEX, true},
    [DP_KIND_ACCESS] = {accesses, 0, SHAPE_HEX, true},
    [DP_KIND_CLONE] = {clones, 0xff, SHAPE_HEX, false},
    [DP_KIND_FUTEX] = {futexes, FUTEX_COMMANDS, SHAPE_HEX, true},
    [DP_KIND_SIGNAL] = {signals, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_SIGMASK_HOW] = {hows, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_CLOCK] = {clocks, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_FAMILY] = {families, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_SOCKET_TYPE] = {socket_types, 0xf, SHAPE_HEX, true},
    [DP_KIND_FCNTL] = {fcntls, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_IOCTL] = {ioctls, UINT64_MAX, SHAPE_HEX, true},
    [DP_KIND_PRCTL] = {prctls, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_ARCH_PRCTL] = {arch_prctls, UINT64_MAX, SHAPE_HEX, true},
    [DP_KIND_RESOURCE] = {resources, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_PTRACE] = {ptraces, UINT64_MAX, SHAPE_INT, false},
    [DP_KIND_WHENCE] = {whences, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_EPOLL_OP] = {epoll_ops, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_EVENTFD] = {eventfds, 0, SHAPE_HEX, true},
    [DP_KIND_RANDOM] = {randoms, 0, SHAPE_HEX, true},
    [DP_KIND_RUSAGE] = {rusages, UINT64_MAX, SHAPE_INT, true},
    [DP_KIND_WAIT] = {waits, 0, SHAPE_HEX, true},
    [DP_KIND_MEMFD] = {memfds, 0, SHAPE_HEX, true},
    [DP_KIND_PERSONALITY] = {personalities, UINT64_MAX, SHAPE_HEX, true},
    [DP_KIND_PATH] = {none, 0, SHAPE_HEX, false},
    [DP_KIND_SOCKET_ADDRESS] = {none, 0, SHAPE_HEX, false},
};

bool dp_kind_is_int(enum dp_kind kind)
{
    return kinds[kind].is_int;
}

static const struct dp_constant *find_name(enum dp_kind kind, const char *name, size_t length)
{
    const struct dp_constant *constant;

    for (constant = kinds[kind].constants; constant->name; constant++) {
        if (strncmp(constant->name, name, length) == 0 && constant->name[length] == '\0')
            return constant;
    }
    return NULL;
}

bool dp_constant_value(enum dp_kind kind, const char *name, size_t length, uint64_t *value)
{
    const struct dp_constant *constant = find_name(kind, name, length);

    if (!constant)
        return false;
    *value = constant->value;
    return true;
}

bool dp_constant_exists(const char *name, size_t length)
{
    unsigned kind;

    for (kind = 0; kind < DP_KIND_COUNT; kind++) {
        if (find_name((enum dp_kind)kind, name, length))
            return true;
    }
    return false;
}

/* A text that grows up to its bound. */
struct line {
    char *text;
    size_t size;
    size_t length;
};

static void append(struct line *line, const char *separator, const char *word)
{
    int length = snprintf(line->text + line->length, line->size - line->length, "%s%s",
                          line->length > 0 ? separator : "", word);

    if (length > 0)
        line->length += (size_t)length;
    if (line->length >= line->size)
        line->length = line->size - 1;
}

static void append_number(struct line *line, enum shape shape, uint64_t value)
{
    char number[32];

    if (shape == SHAPE_INT)
        (void)snprintf(number, sizeof(number), "%d", (int)(uint32_t)value);
    else if (shape == SHAPE_UNSIGNED)
        (void)snprintf(number, sizeof(number), "%" PRIu64, value);
    else if (shape == SHAPE_OCTAL)
        (void)snprintf(number, sizeof(number), "%#" PRIo64, value);
    else
        (void)snprintf(number, sizeof(number), "0x%" PRIx64, value);
    append(line, "|", number);
}

static const struct dp_constant *find_choice(const struct kind *kind, uint64_t value)
{
    const struct dp_constant *constant;

    for (constant = kind->constants; constant->name; constant++) {
        if ((constant->value & kind->choices) == value && (constant->value & ~kind->choices) == 0)
            return constant;
    }
    return NULL;
}

/* Takes the flags that have names out of the value. Returns what is left. */
static uint64_t append_flags(struct line *line, const struct kind *kind, uint64_t value)
{
    const struct dp_constant *constant;

    for (constant = kind->constants; constant->name; constant++) {
        bool is_flag = constant->value != 0 && (constant->value & kind->choices) == 0;

        if (is_flag && (value & constant->value) == constant->value) {
            append(line, "|", constant->name);
            value &= ~constant->value;
        }
    }
    return value;
}

void dp_constant_text(char *text, size_t size, enum dp_kind kind_number, uint64_t value)
{
    const struct kind *kind = &kinds[kind_number];
    struct line line = {text, size, 0};
    const struct dp_constant *choice;
    uint64_t rest = value;

    text[0] = '\0';
    /* With its upper half clear or set, a negative int is the same to the
     * kernel; the constants are kept with it set. */
    if (kind->is_int && kind->choices == UINT64_MAX && (value >> 32) == 0 && (value >> 31) == 1 &&
        find_choice(kind, value | ~UINT64_C(0xffffffff)))
        rest = value | ~UINT64_C(0xffffffff);
    choice = find_choice(kind, rest & kind->choices);
    if (choice && (choice->value != 0 || kind->choices != 0)) {
        append(&line, "|", choice->name);
        rest &= ~kind->choices;
    }
    rest = append_flags(&line, kind, rest);
    if (rest == 0 && value == 0 && line.length == 0 && find_choice(kind, 0))
        append(&line, "|", find_choice(kind, 0)->name);
    else if (rest != 0 || line.length == 0)
        append_number(&line, kind->shape, rest);
}
