/* SPDX-License-Identifier: MIT */
/* watch.c - see watch.h. */
#include "watch.h"

#include <linux/ptrace.h>
#include <signal.h>
#include <stddef.h>
#include <sys/user.h>

void child_watch(int target)
{
    raw4(SYS_ptrace, PTRACE_SEIZE, target, 0, 0);
}

static void note_fault(int target, struct dp_stack_fault *fault)
{
    siginfo_t info;
    unsigned long stack_pointer = 0;

    if (raw4(SYS_ptrace, PTRACE_GETSIGINFO, target, 0, &info) != 0 ||
        raw4(SYS_ptrace, PTRACE_PEEKUSR, target, offsetof(struct user_regs_struct, rsp),
             &stack_pointer) != 0)
        return;
    fault->code = info.si_code;
    fault->address = (uint64_t)(uintptr_t)info.si_addr;
    fault->stack_pointer = stack_pointer;
}

static int stops_a_group(int number)
{
    return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

void child_watch_pass(int target, int status, struct dp_stack_fault *fault)
{
    const int number = status >> 8 & 0xff;

    if (status >> 16 == PTRACE_EVENT_STOP) { /* stopped by a signal, or going on after it */
        raw4(SYS_ptrace, stops_a_group(number) ? PTRACE_LISTEN : PTRACE_CONT, target, 0, 0);
        return;
    }
    if (number == SIGSEGV)
        note_fault(target, fault);
    raw4(SYS_ptrace, PTRACE_CONT, target, 0, number);
}
