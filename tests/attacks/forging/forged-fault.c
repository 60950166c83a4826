/* SPDX-License-Identifier: MIT */
/* tries: to have a crash of its own taken for a stack that may not grow, by a signal that
 *     carries a made-up address next to the stack pointer.
 * stopped by: the fault is looked at where the stack really ends, or has no such signal
 * options: --stack 1M
 * right: signalled=11, violation
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char here[64];
    siginfo_t info = {0};

    (void)argc;
    (void)argv;
    info.si_signo = SIGSEGV;
    info.si_code = SEGV_MAPERR;
    info.si_addr = here - (4 << 20);
    syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGSEGV, &info);
    syscall(SYS_rt_sigqueueinfo, getpid(), SIGSEGV, &info);
    raise(SIGSEGV);
    return 0;
}
