/* SPDX-License-Identifier: MIT */
/*
 * sheet.h - what a job says to a box that is warm already.
 *
 * Memory that the host writes and the box only reads, mapped there at a fixed
 * address. The target stops at its gate, in an execveat whose arguments point
 * into it, before there is a job; the host fills it in and opens the gate. The
 * exec that follows takes the mapping away: no target ever sees it.
 */
#ifndef DP_SHEET_H
#define DP_SHEET_H

#include <linux/limits.h> /* PATH_MAX; freestanding, clang has no other */
#include <stddef.h>
#include <stdint.h>

/* In the box; far from all that the kernel chooses by itself. */
#define DP_SHEET_ADDRESS UINT64_C(0x100000000000)
#define DP_SHEET_BYTES (UINT64_C(1) << 20)
#define DP_SHEET_ARGUMENTS 2048
#define DP_SHEET_VARIABLES 1024

struct dp_sheet {
    int64_t init_deadline_us; /* on CLOCK_MONOTONIC; 0: none. For init's last resort */
    char program[PATH_MAX];   /* its path inside; "": plan.program_fd is it */
    uint64_t arguments[DP_SHEET_ARGUMENTS]; /* addresses in the box, 0 at the end */
    uint64_t environment[DP_SHEET_VARIABLES];
    char texts[]; /* up to DP_SHEET_BYTES */
};

#define DP_SHEET_TEXT_BYTES (DP_SHEET_BYTES - sizeof(struct dp_sheet))

#endif
