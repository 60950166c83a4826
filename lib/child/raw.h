/* SPDX-License-Identifier: MIT */
/*
 * raw.h - system calls without libc, for the code that runs in the box.
 *
 * Between clone and exec nothing of libc may be called: another thread of the
 * host may have held its locks, errno and the thread pointer are the host's,
 * and the same code also runs as a program of its own that has no libc at all.
 * Each call returns what the kernel does: a result, or a negative errno value.
 */
#ifndef DP_RAW_H
#define DP_RAW_H

#include <stdint.h>
#include <sys/syscall.h>

static inline long raw6(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

#define raw5(n, a, b, c, d, e) raw6((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define raw4(n, a, b, c, d) raw5(n, a, b, c, d, 0)
#define raw3(n, a, b, c) raw4(n, a, b, c, 0)
#define raw2(n, a, b) raw3(n, a, b, 0)
#define raw1(n, a) raw2(n, a, 0)
#define raw0(n) raw1(n, 0)

/* clone(2) of a process that starts in entry, on a stack of its own: C cannot
 * say that. entry must not return. *pidfd is set where the flags ask for it. */
static inline long raw_clone_onto(unsigned long flags, char *stack_end, int *pidfd,
                                  void (*entry)(void *), void *argument)
{
    register void *in_child __asm__("r12") = argument;
    long result;

    __asm__ volatile("syscall\n"
                     "test %%rax, %%rax\n"
                     "jnz 1f\n"
                     "xor %%ebp, %%ebp\n"
                     "mov %%r12, %%rdi\n"
                     "call *%[entry]\n"
                     "hlt\n"
                     "1:\n"
                     : "=a"(result)
                     : "a"(SYS_clone), "D"(flags), "S"(stack_end), "d"(pidfd),
                       "r"(in_child), [entry] "b"(entry)
                     : "rcx", "r11", "r10", "r8", "memory");
    if (result < 0) /* the kernel wrote a number there all the same, and took it back */
        *pidfd = -1;
    return result;
}

/* True for the range that the kernel keeps for errors. */
static inline int raw_failed(long result)
{
    return (unsigned long)result > -4096UL;
}

__attribute__((noreturn)) static inline void raw_exit(int code)
{
    for (;;)
        raw1(SYS_exit_group, code);
}

#endif
