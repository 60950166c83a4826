/* SPDX-License-Identifier: MIT */
/* tries: to make threads without end.
 * stopped by: rlimits (RLIMIT_NPROC), the limit of processes
 * safe: no: it would take every thread there is
 * options: -p 20 -w 20
 * right: ok
 */
#include "../attack.h"

static void *stay(void *unused)
{
    sleep(10);
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int made = 1;

    (void)argc;
    (void)argv;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    for (; made < 81; made++) {
        const int errnum = pthread_create(&thread, &attributes, stay, NULL);

        errno = errnum;
        if (errnum != 0)
            return held("pthread_create");
    }
    escaped("%d threads where 20 are allowed", made);
    return 0;
}
