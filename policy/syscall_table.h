/* SPDX-License-Identifier: MIT */
/*
 * syscall_table.h - the system calls of x86-64: names, arguments, constants.
 *
 * Both directions: a policy text names calls, arguments and constants, and a
 * refusal is shown to people in the same words.
 */
#ifndef DP_SYSCALL_TABLE_H
#define DP_SYSCALL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an argument is: how it is shown, and which constants go with it. */
enum dp_kind {
    DP_KIND_WORD = 0, /* pointers and all else: hexadecimal */
    DP_KIND_SIZE,
    DP_KIND_INT,
    DP_KIND_FD,
    DP_KIND_MODE,
    DP_KIND_PROT,
    DP_KIND_MAP,
    DP_KIND_MREMAP,
    DP_KIND_ADVICE,
    DP_KIND_OPEN,
    DP_KIND_AT,
    DP_KIND_ACCESS,
    DP_KIND_CLONE,
    DP_KIND_FUTEX,
    DP_KIND_SIGNAL,
    DP_KIND_SIGMASK_HOW,
    DP_KIND_CLOCK,
    DP_KIND_FAMILY,
    DP_KIND_SOCKET_TYPE,
    DP_KIND_FCNTL,
    DP_KIND_IOCTL,
    DP_KIND_PRCTL,
    DP_KIND_ARCH_PRCTL,
    DP_KIND_RESOURCE,
    DP_KIND_PTRACE,
    DP_KIND_WHENCE,
    DP_KIND_EPOLL_OP,
    DP_KIND_EVENTFD,
    DP_KIND_RANDOM,
    DP_KIND_RUSAGE,
    DP_KIND_WAIT,
    DP_KIND_MEMFD,
    DP_KIND_PERSONALITY,
    DP_KIND_PATH,           /* points to a string: a path or a name */
    DP_KIND_SOCKET_ADDRESS, /* points to a socket address; its length comes next */
    DP_KIND_COUNT,
};

/* One argument of a call. The name is not NUL-terminated. */
struct dp_argument {
    const char *name;
    size_t length;
    unsigned index; /* 0 to 5 */
    enum dp_kind kind;
};

struct dp_constant {
    const char *name;
    uint64_t value;
};

/* True for a number of this table: not for the unassigned gap. */
bool dp_syscall_is_known(int64_t number);

/* Returns the number of a call, or -1. The name need not end in a NUL. */
int dp_syscall_number(const char *name, size_t length);

/* Returns false where the call has no such argument, or none is in the table. */
bool dp_syscall_argument_at(int number, unsigned index, struct dp_argument *argument);
bool dp_syscall_argument_named(int number, const char *name, size_t length,
                               struct dp_argument *argument);

/* True for an argument of which the kernel reads the lower 32 bits, as an int:
 * a negative value may come with its upper bits clear or set. */
bool dp_kind_is_int(enum dp_kind kind);

/* Look a constant up by its name, among those that go with the kind. */
bool dp_constant_value(enum dp_kind kind, const char *name, size_t length, uint64_t *value);
/* True where some other kind of argument has it. */
bool dp_constant_exists(const char *name, size_t length);

/* Put a value in words, as "PROT_READ|PROT_WRITE", "3" or "0x1f". */
void dp_constant_text(char *text, size_t size, enum dp_kind kind_number, uint64_t value);

#endif
