/* SPDX-License-Identifier: MIT */
/* tries: to learn what the host does, by /proc and /sys.
 * stopped by: mount-namespace, landlock
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const paths[] = {"/proc/stat",    "/proc/uptime",
                                        "/proc/loadavg", "/proc/meminfo",
                                        "/proc/mounts",  "/sys/devices/system/cpu/online"};

    (void)argc;
    (void)argv;
    for (int i = 0; i < 6; i++)
        if (open(paths[i], O_RDONLY) >= 0)
            escaped("%s is open", paths[i]);
    return held("open");
}
