/* SPDX-License-Identifier: MIT */
/* zygote_library.S - the library that is loaded into warm interpreters, as bytes. */
    .section .rodata
    .globl dp_zygote_library
    .globl dp_zygote_library_end
    .hidden dp_zygote_library
    .hidden dp_zygote_library_end
    .balign 16
dp_zygote_library:
    .incbin DP_ZYGOTE_LIBRARY_FILE
dp_zygote_library_end:
    .byte 0
    .section .note.GNU-stack, "", @progbits
