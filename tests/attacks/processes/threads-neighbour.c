/* SPDX-License-Identifier: MIT */
/* tries: nothing: eight threads that add numbers, and are waited for.
 * kind: neighbour
 * stopped by: nothing
 * options: -p 16
 * right: ok
 * prints: 80000
 */
#include "../attack.h"

static _Atomic long sum;

static void *add(void *unused)
{
    for (int i = 0; i < 10000; i++)
        sum++;
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_t threads[8];

    (void)argc;
    (void)argv;
    for (int i = 0; i < 8; i++)
        if (pthread_create(&threads[i], NULL, add, NULL) != 0)
            return 1;
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    printf("%ld\n", sum);
    return 0;
}
