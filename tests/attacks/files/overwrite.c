/* SPDX-License-Identifier: MIT */
/* tries: to change the files of the host that it is shown: its own program, the C library, a bound
 *     file.
 * stopped by: mount-namespace (read-only mounts), landlock, user-namespace (ids without rights)
 * options: --bind {victim-file}:/shown
 * arguments: {victim-file}
 * right: ok
 * host: victim file unchanged
 */
#include "../attack.h"

static void change(const char *path)
{
    const int fd = open(path, O_WRONLY);

    if (fd >= 0 && write(fd, "changed", 7) == 7)
        escaped("%s is written", path);
    if (fd >= 0)
        close(fd);
    if (truncate(path, 0) == 0)
        escaped("%s is cut", path);
    if (chmod(path, 0777) == 0 || utimensat(AT_FDCWD, path, NULL, 0) == 0)
        escaped("%s is touched", path);
}

static int attack(int argc, char **argv)
{
    change("/shown");
    if (argc > 0)
        change(argv[0]);
    change("/lib/x86_64-linux-gnu/libc.so.6");
    change("/etc/ld.so.cache");
    change("/program/overwrite");
    return held("open");
}
