/* SPDX-License-Identifier: MIT */
/* tries: to read from descriptor 1, which strict opens for writing only.
 * stopped by: seccomp
 * build: bare
 * policy: strict
 * right: violation
 * raw: no: it harms nobody where reading is allowed
 */
    .globl _start
    .text
_start:
    sub $16, %rsp
    mov $1, %edi
    mov %rsp, %rsi
    mov $16, %edx
    xor %eax, %eax
    syscall
    mov $1, %edi
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
