/* SPDX-License-Identifier: MIT */
/* tries: to be a program whose own data are larger than its limit.
 * stopped by: a look at its headers before it runs
 * options: -m 32M
 * right: memory-limit=exec-too-large
 */
#include "../attack.h"

static volatile char data[512 << 20];

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (unsigned long at = 0; at < sizeof(data); at += 4096)
        data[at] = 1;
    escaped("512 MiB of data");
    return 0;
}
