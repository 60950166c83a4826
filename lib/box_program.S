/* SPDX-License-Identifier: MIT */
/* box_program.S - the box program's file, as bytes of the library. */
    .section .rodata
    .globl dp_box_program
    .globl dp_box_program_end
    .hidden dp_box_program
    .hidden dp_box_program_end
    .balign 16
dp_box_program:
    .incbin DP_BOX_PROGRAM
dp_box_program_end:
    .byte 0
    .section .note.GNU-stack, "", @progbits
