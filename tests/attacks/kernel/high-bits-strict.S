/* SPDX-License-Identifier: MIT */
/* tries: to write to descriptor 1 with a bit above 32, from a program without a C library.
 * stopped by: seccomp (it compares 64 bits)
 * build: bare
 * policy: strict
 * right: violation
 * raw: no: it is the filter that may be wrong about them
 */
    .globl _start
    .text
_start:
    movabs $0x100000001, %rdi
    lea text(%rip), %rsi
    mov $9, %edx
    mov $1, %eax
    syscall
    mov $60, %eax
    xor %edi, %edi
    syscall
    .section .rodata
text:
    .ascii "ESCAPED: "
    .section .note.GNU-stack, "", @progbits
