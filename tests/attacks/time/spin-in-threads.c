/* SPDX-License-Identifier: MIT */
/* tries: to use the CPU limit once in each of four threads.
 * stopped by: the CPU limit, which is of all threads together
 * options: -t 0.2 -w 20
 * right: time-limit
 */
#include "../attack.h"

static void *spin(void *unused)
{
    for (;;)
        if (seconds_of(CLOCK_PROCESS_CPUTIME_ID) > 2)
            escaped("ten times the CPU limit");
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 3; i++)
        if (pthread_create(&thread, NULL, spin, NULL) != 0)
            return 1;
    spin(NULL);
    return 0;
}
