/* SPDX-License-Identifier: MIT */
/* tries: to keep four times its memory limit in the files of the box, which are memory.
 * stopped by: the size of the box's file systems, which is held to the memory limit
 * options: -m 32M --disk 256M
 * right: ok, memory-limit, signalled
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[1 << 20];
    char name[64];
    int total = 0;

    (void)argc;
    (void)argv;
    for (int file = 0; file < 8; file++) {
        int fd;

        snprintf(name, sizeof(name), "%s-%d", mark, file);
        fd = open(name, O_CREAT | O_RDWR, 0600);
        for (int i = 0; fd >= 0 && i < 32; i++)
            total += write(fd, data, sizeof(data)) == (ssize_t)sizeof(data);
    }
    if (total > 128)
        escaped("%d MiB in files", total);
    return held("write");
}
