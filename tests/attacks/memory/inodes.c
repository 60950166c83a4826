/* SPDX-License-Identifier: MIT */
/* tries: to fill the kernel's memory with empty files, which use no byte of a disk limit.
 * stopped by: the number of inodes of the box's file system
 * options: -m 32M --disk 64M -t 20
 * right: ok, memory-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char name[200];
    long made = 0;

    (void)argc;
    (void)argv;
    memset(name, 'x', sizeof(name));
    for (; made < 100000; made++) {
        int fd;

        snprintf(name + 100, 64, "%s-%ld", mark, made);
        fd = open(name, O_CREAT | O_WRONLY, 0600);
        if (fd < 0)
            return held("open");
        close(fd);
    }
    escaped("100,000 files, some 100 MiB of the kernel's memory");
    return 0;
}
