/* SPDX-License-Identifier: MIT */
/* tries: to find the host's well-known files, directories and devices.
 * stopped by: mount-namespace (they are not there), landlock
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const paths[] = {
        "/etc/passwd", "/etc/shadow",   "/etc/hostname", "/root",     "/home",    "/var",
        "/run",        "/run/dualpipe", "/sys",          "/proc",     "/proc/1",  "/boot",
        "/dev/mem",    "/dev/kmsg",     "/dev/tty",      "/dev/ptmx", "/dev/shm", "/dev/mqueue",
        "/dev/fd",     "/opt",          "/srv",          "/mnt",      "/bin/sh",  "/usr/bin/env"};
    struct stat status;
    char seen[1024] = "";

    (void)argc;
    (void)argv;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        if (open(paths[i], O_RDONLY) >= 0 || lstat(paths[i], &status) == 0 ||
            access(paths[i], F_OK) == 0 || chdir(paths[i]) == 0)
            snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), " %s", paths[i]);
    if (seen[0])
        escaped("there are%s", seen);
    return held("open");
}
