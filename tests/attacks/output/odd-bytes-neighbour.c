/* SPDX-License-Identifier: MIT */
/* tries: nothing: every byte there is, NUL and what is no UTF-8 included.
 * kind: neighbour
 * stopped by: nothing
 * options: -o 1M
 * right: ok
 * prints sha256: 40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    unsigned char all[256];

    (void)argc;
    (void)argv;
    for (int i = 0; i < 256; i++)
        all[i] = (unsigned char)i;
    return write(1, all, sizeof(all)) != (ssize_t)sizeof(all);
}
