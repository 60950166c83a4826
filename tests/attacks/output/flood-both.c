/* SPDX-License-Identifier: MIT */
/* tries: to write both streams in turn, byte by byte and in large pieces.
 * stopped by: the output limit, which is of both together
 * options: -o 100K
 * right: output-limit
 * output at most: 102400
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[65536];

    (void)argc;
    (void)argv;
    memset(data, 'x', sizeof(data));
    for (int i = 0; i < 64; i++)
        if (write(1 + i % 2, data, 1) < 0 || write(2 - i % 2, data, sizeof(data)) < 0)
            return held("write");
    return 0;
}
