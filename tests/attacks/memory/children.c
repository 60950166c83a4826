/* SPDX-License-Identifier: MIT */
/* tries: to have its memory limit once in each of eight children.
 * stopped by: the cgroup, or the sum over the box's processes
 * policy: shell
 * options: -m 64M -t 20
 * right: memory-limit, ok, nonzero-exit, signalled
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    int ends[2];
    int full = 0;
    char byte;

    (void)argc;
    (void)argv;
    if (pipe(ends) != 0)
        return 1;
    for (int i = 0; i < 8; i++) {
        if (fork() == 0) {
            char *all = malloc(40 * MIB);

            if (!all)
                _exit(1);
            memset(all, 1, 40 * MIB);
            if (write(ends[1], all, 1) != 1)
                _exit(1);
            sleep(5);
            _exit(all[4096] - 1);
        }
    }
    close(ends[1]);
    while (full < 8 && read(ends[0], &byte, 1) == 1)
        full++;
    if (full == 8)
        escaped("320 MiB of memory in eight children");
    return held("children");
}
