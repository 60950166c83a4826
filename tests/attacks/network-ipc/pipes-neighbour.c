/* SPDX-License-Identifier: MIT */
/* tries: nothing: a pipe between two threads, and poll.
 * kind: neighbour
 * stopped by: nothing
 * right: ok
 * prints: 100000
 */
#include "../attack.h"
#include <poll.h>

static int ends[2];

static void *send_all(void *unused)
{
    static char data[1000];

    for (int i = 0; i < 100; i++)
        if (write(ends[1], data, sizeof(data)) != (ssize_t)sizeof(data))
            _exit(1);
    close(ends[1]);
    return unused;
}

static int attack(int argc, char **argv)
{
    static char data[4096];
    pthread_t thread;
    long total = 0;
    struct pollfd wait;

    (void)argc;
    (void)argv;
    if (pipe(ends) != 0 || pthread_create(&thread, NULL, send_all, NULL) != 0)
        return 1;
    wait = (struct pollfd){ends[0], POLLIN, 0};
    while (poll(&wait, 1, -1) == 1) {
        const ssize_t got = read(ends[0], data, sizeof(data));

        if (got <= 0)
            break;
        total += got;
    }
    printf("%ld\n", total);
    return 0;
}
