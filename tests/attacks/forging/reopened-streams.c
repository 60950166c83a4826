/* SPDX-License-Identifier: MIT */
/* tries: to read its own output back or to write to its input, by opening them again.
 * stopped by: mount-namespace (there is no /proc or /dev/fd), landlock, user-namespace
 * right: ok
 * raw: no: it harms only where a reader takes it for another's
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const paths[] = {"/proc/self/fd/0", "/dev/stdin", "/dev/fd/0"};

    (void)argc;
    (void)argv;
    for (int i = 0; i < 3; i++)
        if (open(paths[i], O_WRONLY) >= 0)
            escaped("%s is open for writing", paths[i]);
    if (open("/proc/self/fd/1", O_RDONLY) >= 0)
        escaped("standard output is open for reading");
    return held("open");
}
