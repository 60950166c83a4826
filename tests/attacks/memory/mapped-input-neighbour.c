/* SPDX-License-Identifier: MIT */
/* tries: nothing: it maps a large standard input and reads it, which is no memory of its own.
 * kind: neighbour
 * stopped by: nothing
 * options: -m 16M --stdin {large}
 * right: ok
 * prints: done
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[65536];
    const char *all = mmap(NULL, 48 * MIB, PROT_READ, MAP_SHARED, 0, 0);
    unsigned long sum = 0;
    unsigned long size = 0;

    (void)argc;
    (void)argv;
    if (all != MAP_FAILED) {
        for (; size < 48 * MIB; size += 4096)
            sum += (unsigned char)all[size];
    } else {
        for (ssize_t got; (got = read(0, data, sizeof(data))) > 0;)
            size += (unsigned long)got;
    }
    printf("%s %lu\n", size == 48 * MIB ? "done" : "cut off", sum);
    return 0;
}
