/* SPDX-License-Identifier: MIT */
/* tries: to change the kernel's settings, by /proc/sys and /sys.
 * stopped by: mount-namespace (there is no /proc), landlock, user-namespace
 * right: ok
 * raw: vm
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (write_text("/proc/sys/kernel/core_pattern", "|/box/evil"))
        escaped("core_pattern is set");
    if (write_text("/proc/sys/kernel/modprobe", "/box/evil"))
        escaped("modprobe is set");
    if (write_text("/proc/sysrq-trigger", "h"))
        escaped("sysrq is triggered");
    if (write_text("/sys/kernel/uevent_helper", "/box/evil"))
        escaped("uevent_helper is set");
    return held("open");
}
