/* SPDX-License-Identifier: MIT */
/* tries: to find the host's secret in its own stack and around, where a copy of the host would have
 *     it.
 * stopped by: exec, and an init that is a program of its own
 * right: ok
 * raw: no: a program of its own never has it there, but by its environment
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char page[4096];
    const char *here = (const char *)((uintptr_t)page & ~4095UL);
    const char *stack = (const char *)((uintptr_t)&here & ~4095UL);
    long pages = 0;
    int ends[2];

    (void)argc;
    (void)argv;
    if (pipe(ends) != 0)
        return 1;
    for (long step = -2048; step < 4096; step++) {
        const char *from = step % 2 ? stack + step / 2 * 4096 : here + step / 2 * 4096;

        /* write(2) says EFAULT where there is nothing. */
        if (write(ends[1], from, 4096) != 4096)
            continue;
        if (read(ends[0], page, sizeof(page)) != (ssize_t)sizeof(page))
            return 2;
        pages++;
        if (holds_secret(page, sizeof(page)))
            escaped("the secret, at %p", (const void *)from);
    }
    return pages > 2 ? held("write") : 3;
}
