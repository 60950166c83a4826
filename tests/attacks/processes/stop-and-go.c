/* SPDX-License-Identifier: MIT */
/* tries: to keep its tracer, process 1 of the box, so busy with stops of its main thread that no
 *     limit is held.
 * stopped by: the limit of CPU time, which the supervisor keeps by itself
 * options: -t 0.3 -w 20
 * right: time-limit, wall-limit
 * cpu at most: 1500000
 * raw: outlasts
 */
#include "../attack.h"

static void *pester(void *main_thread)
{
    const pid_t tid = *(pid_t *)main_thread;

    for (;;) {
        syscall(SYS_tgkill, getpid(), tid, SIGCONT);
        syscall(SYS_tgkill, getpid(), tid, SIGTRAP);
        syscall(SYS_tgkill, getpid(), tid, SIGCHLD);
        syscall(SYS_tgkill, getpid(), tid, SIGTSTP);
        syscall(SYS_tgkill, getpid(), tid, SIGCONT);
    }
    return NULL;
}

static void nothing(int number)
{
    (void)number;
}

static int attack(int argc, char **argv)
{
    pid_t tid = gettid();
    pthread_t threads[3];

    (void)argc;
    (void)argv;
    signal(SIGTRAP, nothing);
    signal(SIGTSTP, nothing);
    signal(SIGCHLD, nothing);
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, pester, &tid) != 0)
            return 3;
    for (;;)
        ;
}
