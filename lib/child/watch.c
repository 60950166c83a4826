/* SPDX-License-Identifier: MIT */
/* watch.c - see watch.h. */
#include "watch.h"

#include <errno.h>
#include <linux/ptrace.h>
#include <signal.h>

void child_watch(int target, int and_children, int and_threads)
{
    const long options = (and_children ? PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK : 0) |
                         (and_threads ? PTRACE_O_TRACECLONE : 0);

    raw4(SYS_ptrace, PTRACE_SEIZE, target, 0, options);
}

int child_watch_is_fault(int status)
{
    return status >> 8 == SIGSEGV;
}

int child_watch_is_new(int status)
{
    return status >> 8 == (PTRACE_EVENT_STOP << 8 | SIGTRAP);
}

void child_watch_note(int process, struct dp_stack_fault *fault)
{
    siginfo_t info;
    unsigned long stack_pointer = 0;

    if (raw4(SYS_ptrace, PTRACE_GETSIGINFO, process, 0, &info) != 0 ||
        raw4(SYS_ptrace, PTRACE_PEEKUSR, process, offsetof(struct user_regs_struct, rsp),
             &stack_pointer) != 0)
        return;
    /* Its handler found no room on the stack: the fault before was the reason. */
    if (info.si_code == SI_KERNEL && fault->code != 0 && fault->stack_pointer == stack_pointer)
        return;
    fault->code = info.si_code;
    fault->address = (uint64_t)(uintptr_t)info.si_addr;
    fault->stack_pointer = stack_pointer;
}

static int stops_a_group(int number)
{
    return number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
}

static int is_never_restarted(unsigned long number)
{
    return number == SYS_epoll_wait || number == SYS_epoll_pwait || number == SYS_epoll_pwait2 ||
           number == SYS_rt_sigtimedwait || number == SYS_semop || number == SYS_semtimedop ||
           number == SYS_io_getevents;
}

/* The kernel decides by this value when the process goes on: where a handler is
 * called it is EINTR again, else the call begins anew, its time-out with it. */
static void restart_call(int process)
{
    unsigned long number = 0;
    long result = 0;

    if (raw4(SYS_ptrace, PTRACE_PEEKUSR, process, offsetof(struct user_regs_struct, orig_rax),
             &number) == 0 &&
        is_never_restarted(number) &&
        raw4(SYS_ptrace, PTRACE_PEEKUSR, process, CHILD_WATCH_RESULT, &result) == 0 &&
        result == -EINTR)
        raw4(SYS_ptrace, PTRACE_POKEUSR, process, CHILD_WATCH_RESULT, CHILD_WATCH_AGAIN);
}

void child_watch_pass(int process, int status)
{
    const int event = status >> 16;
    const int number = status >> 8 & 0xff;

    if (event == 0 || event == PTRACE_EVENT_STOP)
        restart_call(process);
    if (event == 0) /* a signal: it is to have it */
        raw4(SYS_ptrace, PTRACE_CONT, process, 0, number);
    else if (event == PTRACE_EVENT_STOP && stops_a_group(number))
        raw4(SYS_ptrace, PTRACE_LISTEN, process, 0, 0);
    else /* goes on after that, makes a child, or is one */
        raw4(SYS_ptrace, PTRACE_CONT, process, 0, 0);
}
