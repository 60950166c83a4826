/* SPDX-License-Identifier: MIT */
/* tries: to keep the supervisor busy with calls that it is told of, from 64 threads.
 * stopped by: the wall limit
 * options: -p 80 -w 2 -t 20
 * right: violation, wall-limit, memory-limit
 * raw: no: there is no supervisor
 */
#include "../attack.h"

static void *call(void *unused)
{
    for (;;) {
        void *memory = mmap(NULL, 2 * MIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (memory != MAP_FAILED)
            munmap(memory, 2 * MIB);
    }
    return unused;
}

static int attack(int argc, char **argv)
{
    const double start = seconds_of(CLOCK_MONOTONIC);
    pthread_t thread;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 64; i++)
        if (pthread_create(&thread, NULL, call, NULL) != 0)
            return 1;
    while (seconds_of(CLOCK_MONOTONIC) < start + 20)
        usleep(10000);
    escaped("ten times the wall limit");
    return 0;
}
