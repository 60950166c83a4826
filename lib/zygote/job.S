/* SPDX-License-Identifier: MIT */
/* job.S - job.py, as a text of the library. */
    .section .rodata
    .globl dp_zygote_job
    .hidden dp_zygote_job
dp_zygote_job:
    .incbin DP_ZYGOTE_JOB
    .byte 0
    .section .note.GNU-stack, "", @progbits
