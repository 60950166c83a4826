/* SPDX-License-Identifier: MIT */
/* The table of languages, policy/languages, as it is, with a NUL behind it. */
    .section .rodata
    .globl languages_text
    .hidden languages_text
languages_text:
    .incbin "languages"
    .byte 0
    .section .note.GNU-stack, "", @progbits
