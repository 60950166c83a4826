/* SPDX-License-Identifier: MIT */
/* tries: to make a pipe of packets, of which a short read drops the rest, so that bytes are not
 *     counted.
 * stopped by: seccomp, reads of a full size
 * options: -o 100K
 * right: output-limit, ok
 * output at most: 102400
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[65536];
    const int flags = fcntl(1, F_GETFL);

    (void)argc;
    (void)argv;
    if (fcntl(1, F_SETFL, flags | O_DIRECT) != 0)
        return held("fcntl(F_SETFL, O_DIRECT)");
    for (int i = 0; i < 64; i++)
        if (write(1, data, sizeof(data)) < 0)
            return 0;
    return 0;
}
