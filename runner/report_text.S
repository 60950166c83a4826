/* SPDX-License-Identifier: MIT */
/* REPORT.md as it is, with a NUL behind it. */
    .section .rodata
    .globl report_text
    .hidden report_text
report_text:
    .incbin "REPORT.md"
    .byte 0
    .section .note.GNU-stack, "", @progbits
