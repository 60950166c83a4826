/* SPDX-License-Identifier: MIT */
/* tries: to end its first thread, so that the run seems over while others work.
 * stopped by: the run ends with the process, not with its first thread; the CPU limit
 * options: -t 0.3 -w 20
 * right: time-limit
 */
#include "../attack.h"

static void *spin(void *unused)
{
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 3)
        ;
    escaped("ten times the CPU limit");
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, spin, NULL) != 0)
        return 1;
    syscall(SYS_exit, 0);
    return 0;
}
