/* SPDX-License-Identifier: MIT */
/* tries: to open a file under strict, where only read, write and exit are.
 * stopped by: seccomp, rlimits (RLIMIT_NOFILE), mount-namespace
 * build: bare
 * policy: strict
 * right: violation
 */
    .globl _start
    .text
_start:
    lea path(%rip), %rdi
    xor %esi, %esi
    mov $2, %eax
    syscall
    test %eax, %eax
    js out
    mov $1, %edi
    lea text(%rip), %rsi
    mov $9, %edx
    mov $1, %eax
    syscall
out:
    mov $60, %eax
    xor %edi, %edi
    syscall
    .section .rodata
path:
    .asciz "/"
text:
    .ascii "ESCAPED: "
    .section .note.GNU-stack, "", @progbits
