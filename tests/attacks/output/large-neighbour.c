/* SPDX-License-Identifier: MIT */
/* tries: nothing: 8 MiB of legal output.
 * kind: neighbour
 * stopped by: nothing
 * options: -o 8M
 * right: ok
 * output at least: 8388608
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[1 << 20];

    (void)argc;
    (void)argv;
    memset(data, 'x', sizeof(data));
    for (int i = 0; i < 8; i++)
        for (size_t done = 0; done < sizeof(data);) {
            const ssize_t got = write(1, data + done, sizeof(data) - done);

            if (got < 0)
                return 1;
            done += (size_t)got;
        }
    return 0;
}
