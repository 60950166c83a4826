/* SPDX-License-Identifier: MIT */
/* tries: to wait for a lock that nobody gives back, in all of its threads.
 * stopped by: the wall limit
 * options: -w 0.3
 * right: wall-limit
 */
#include "../attack.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_ever(void *unused)
{
    pthread_mutex_lock(&lock);
    return unused;
}

static int attack(int argc, char **argv)
{
    struct timespec end;
    pthread_t threads[8];

    (void)argc;
    (void)argv;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < 8; i++)
        if (pthread_create(&threads[i], NULL, wait_for_ever, NULL) != 0)
            return 1;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 6;
    pthread_mutex_timedlock(&lock, &end);
    escaped("twenty times the wall limit");
    return 0;
}
