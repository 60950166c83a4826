/* SPDX-License-Identifier: MIT */
/* tries: to make one file larger than it may be, also where it is mostly a hole.
 * stopped by: rlimits (RLIMIT_FSIZE)
 * options: --file-size 1M --disk 64M
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const int fd = open(mark, O_CREAT | O_RDWR, 0600);
    struct stat status;

    (void)argc;
    (void)argv;
    signal(SIGXFSZ, SIG_IGN);
    if (ftruncate(fd, 1L << 40) == 0 || pwrite(fd, "x", 1, 32L << 20) == 1 ||
        fallocate(fd, 0, 0, 16L << 20) == 0) {
        fstat(fd, &status);
        unlink(mark);
        escaped("a file of %ld bytes where 1 MiB is allowed", (long)status.st_size);
    }
    unlink(mark);
    return held("pwrite");
}
