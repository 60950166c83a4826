/* SPDX-License-Identifier: MIT */
/* tries: to look like a run that the filter killed, by SIGSYS to itself, with the data of one.
 * stopped by: violations are the supervisor's own decisions
 * right: signalled=31
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    siginfo_t info = {.si_signo = SIGSYS, .si_code = -1};

    (void)argc;
    (void)argv;
    info.si_errno = SYS_socket;
    syscall(SYS_rt_sigqueueinfo, getpid(), SIGSYS, &info);
    raise(SIGSYS);
    return 0;
}
