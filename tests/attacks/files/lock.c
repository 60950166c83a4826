/* SPDX-License-Identifier: MIT */
/* tries: to hold up the host by locks and leases on a file that it is shown.
 * stopped by: seccomp
 * options: --bind {victim-file}:/shown --on-refusal errno
 * arguments: {victim-file}
 * right: ok
 */
#include "../attack.h"
#include <sys/file.h>

static int attack(int argc, char **argv)
{
    int fd = open("/shown", O_RDONLY);

    if (fd < 0 && argc > 0)
        fd = open(argv[0], O_RDONLY);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        escaped("a file of the host is locked");
    if (fd >= 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
        escaped("a file of the host is leased");
    return held("flock");
}
