/* SPDX-License-Identifier: MIT */
/* tries: to have four times the memory that it may, as a file in memory.
 * stopped by: seccomp, the cgroup
 * options: -m 32M --on-refusal errno
 * right: ok, memory-limit, signalled
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[1 << 20];
    const int fd = memfd_create(mark, 0);

    (void)argc;
    (void)argv;
    if (fd < 0)
        return held("memfd_create");
    for (int i = 0; i < 256; i++)
        if (write(fd, data, sizeof(data)) != (ssize_t)sizeof(data))
            return held("write");
    escaped("256 MiB in a file in memory");
    return 0;
}
