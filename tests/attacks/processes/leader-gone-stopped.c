/* SPDX-License-Identifier: MIT */
/* tries: to hang whoever waits for it: its main thread ends, another one stops the group, whose
 *     process 1 traces the main thread.
 * stopped by: the wall limit
 * options: -w 0.6
 * right: wall-limit
 * raw: outlasts
 */
#include "../attack.h"

static void *stop(void *unused)
{
    (void)unused;
    for (;;) {
        usleep(1000);
        kill(getpid(), SIGSTOP);
    }
    return NULL;
}

static int attack(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, stop, NULL) != 0)
        return 3;
    pthread_exit(NULL);
}
