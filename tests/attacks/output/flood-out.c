/* SPDX-License-Identifier: MIT */
/* tries: to write standard output without end.
 * stopped by: the output limit
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
        if (write(1, data, sizeof(data)) < 0)
            return held("write");
    return 0;
}
