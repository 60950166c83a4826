/* SPDX-License-Identifier: MIT */
/* tries: to give the box's process 1 the host's orders (end all; go on), by queued signals that
 *     say that they come from outside: their sender's number is 0.
 * stopped by: process 1 believes only signals that the kernel itself vouches for
 * policy: shell
 * right: ok
 * raw: no: there is no init of a box outside of one
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    siginfo_t info = {0};

    (void)argc;
    (void)argv;
    for (int round = 0; round < 50; round++)
        for (int number = 1; number < 65; number++) {
            if (number == SIGKILL || number == SIGSTOP)
                continue;
            info.si_signo = number;
            info.si_code = SI_QUEUE;
            syscall(SYS_rt_sigqueueinfo, 1, number, &info);
            syscall(SYS_rt_sigqueueinfo, getppid(), number, &info);
            info.si_code = SI_MESGQ;
            syscall(SYS_rt_sigqueueinfo, 1, number, &info);
            info.si_code = SI_ASYNCIO;
            syscall(SYS_rt_tgsigqueueinfo, 1, 1, number, &info);
        }
    usleep(20000);
    return held("process 1");
}
