/* SPDX-License-Identifier: MIT */
/* tries: nothing: reads to the end, writes a line, ends, under strict.
 * kind: neighbour
 * stopped by: nothing
 * build: bare
 * policy: strict
 * right: ok
 * prints: well
 */
    .globl _start
    .text
_start:
    sub $16, %rsp
    xor %edi, %edi
    mov %rsp, %rsi
    mov $16, %edx
    xor %eax, %eax
    syscall
    mov $1, %edi
    lea text(%rip), %rsi
    mov $5, %edx
    mov $1, %eax
    syscall
    mov $60, %eax
    xor %edi, %edi
    syscall
    .section .rodata
text:
    .ascii "well\n"
    .section .note.GNU-stack, "", @progbits
