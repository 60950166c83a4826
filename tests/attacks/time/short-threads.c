/* SPDX-License-Identifier: MIT */
/* tries: to hide its CPU time in threads that end before they are looked at.
 * stopped by: the CPU limit, which counts the time of threads that are gone
 * options: -t 0.2 -w 20
 * right: time-limit
 */
#include "../attack.h"

static void *spin_shortly(void *unused)
{
    for (volatile int i = 0; i < 20000; i++)
        ;
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 2) {
        if (pthread_create(&thread, NULL, spin_shortly, NULL) != 0)
            return 1;
        pthread_join(thread, NULL);
    }
    escaped("ten times the CPU limit");
    return 0;
}
