/* SPDX-License-Identifier: MIT */
/* tries: to read the memory of a process of the host by /proc/PID/mem, and its environment.
 * stopped by: mount-namespace (there is no /proc), pid-namespace, landlock
 * arguments: {victim} {address}
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char path[64];
    int fd;

    if (argc < 2)
        return 1;
    snprintf(path, sizeof(path), "/proc/%s/mem", argv[0]);
    fd = open(path, O_RDONLY);
    if (fd >= 0)
        lseek(fd, (off_t)strtoul(argv[1], NULL, 0), SEEK_SET);
    look_for_secret(fd, path);
    snprintf(path, sizeof(path), "/proc/%s/environ", argv[0]);
    look_for_secret(open(path, O_RDONLY), path);
    return held("open");
}
