/* SPDX-License-Identifier: MIT */
/*
 * start.c - the box program: process 1 of a box, without libc and without a
 * copy of the host's memory. Arguments: the plan's descriptor and its size.
 */
#include "child.h"

#include <sys/mman.h>

static long number(const char *text)
{
    long value = 0;

    while (*text >= '0' && *text <= '9')
        value = value * 10 + (*text++ - '0');
    return value;
}

/* The kernel puts the argument count and the arguments on the stack. */
__attribute__((noreturn, used)) static void dp_start(const long *stack)
{
    const char *const *argv = (const char *const *)(stack + 1);
    long fd;
    long size;
    long block;

    if (stack[0] != 3)
        raw_exit(2);
    fd = number(argv[1]);
    size = number(argv[2]);
    block = raw6(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (raw_failed(block))
        raw_exit(2);
    raw1(SYS_close, fd);
    dp_child_main((char *)block);
}

__asm__(".globl _start\n"
        "_start:\n"
        "    xor %ebp, %ebp\n"
        "    mov %rsp, %rdi\n"
        "    and $-16, %rsp\n"
        "    call dp_start\n"
        "    hlt\n");

#ifdef __clang__
/* clang calls these whatever it is told; gcc is told not to (lib/CMakeLists.txt). */
void *memset(void *to, int byte, size_t size);
void *memcpy(void *restrict to, const void *restrict from, size_t size);

void *memset(void *to, int byte, size_t size)
{
    void *at = to;

    __asm__ volatile("rep stosb" : "+D"(at), "+c"(size) : "a"(byte) : "memory");
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(size) : : "memory");
    return to;
}
#endif
