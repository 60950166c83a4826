/* SPDX-License-Identifier: MIT */
/* tries: to fill the disk, over all directories together.
 * stopped by: the disk limit
 * options: --disk 4M -m 64M --file-size unlimited
 * right: ok, signalled
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const places[] = {"/box", "/tmp", "/dev/shm", "/var/tmp"};
    static char data[1 << 20];
    int total = 0;

    (void)argc;
    (void)argv;
    for (int place = 0; place < 4; place++) {
        char path[128];
        int fd;

        snprintf(path, sizeof(path), "%s/%s-disk", places[place], mark);
        fd = open(path, O_CREAT | O_RDWR, 0600);
        for (int i = 0; fd >= 0 && i < 16; i++)
            total += write(fd, data, sizeof(data)) == (ssize_t)sizeof(data);
        if (getppid() > 1)
            unlink(path);
    }
    if (total > 8)
        escaped("%d MiB where 4 are allowed", total);
    return held("write");
}
