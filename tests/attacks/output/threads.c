/* SPDX-License-Identifier: MIT */
/* tries: to pass the output limit by eight threads that write at once.
 * stopped by: the output limit
 * options: -o 100K
 * right: output-limit
 * output at most: 102400
 */
#include "../attack.h"

static void *flood(void *unused)
{
    static char data[65536];

    for (int i = 0; i < 16; i++)
        if (write(1, data, sizeof(data)) < 0)
            return unused;
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_t threads[8];

    (void)argc;
    (void)argv;
    for (int i = 0; i < 8; i++)
        if (pthread_create(&threads[i], NULL, flood, NULL) != 0)
            return 1;
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
