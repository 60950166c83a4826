/* SPDX-License-Identifier: MIT */
/*
 * zygote.h - a spawner that is an interpreter.
 *
 * Theory of operation. In a box for warm interpreters, process 1 builds the file
 * tree as ever and then executes the interpreter with a shared library of ours
 * loaded first (lib/zygote/). That takes main() over, starts the interpreter as
 * it would start itself, imports what the policy names, and becomes the spawner:
 * the same child_spawn(), in the interpreter's own memory. Each target is a fork
 * of it in new namespaces, goes through the same child_target(), stops at the
 * gate with a call that is answered and never executed, and runs its job there.
 *
 * While the interpreter starts and imports, its capabilities (over the box's own
 * namespaces) are not in effect, and no program that it may start gets any.
 */
#ifndef DP_ZYGOTE_H
#define DP_ZYGOTE_H

#include <stdint.h>

struct dp_sheet;

/* The library's name, in a file system of its own over the directory that targets
 * start in; taken away before there is any target. */
#define DP_ZYGOTE_LIBRARY "dualpipe-zygote.so"
/* The last variable of its environment: the number of the plan's descriptor. */
#define DP_ZYGOTE_PLAN "DUALPIPE_PLAN=0000000000"

/* Where its stack may end decides where the rest of its memory lies, and so how much
 * of a stack its targets can have; their own limits are set at the gate. */
#define DP_ZYGOTE_STACK_BYTES (INT64_C(16) << 30)

/* What the interpreter does for its spawner. */
struct child_zygote {
    /* As fork(2), of all that the interpreter holds. */
    int (*fork)(void);
    /* In the target, without privilege, before its filter: be a process of its own. */
    void (*settle)(void);
    /* In the target, once the gate is open: do the job, and end. */
    __attribute__((noreturn)) void (*run)(const struct dp_sheet *sheet);
};

#endif
