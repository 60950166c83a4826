/* SPDX-License-Identifier: MIT */
/* tries: to enter the namespaces of a process of the host.
 * stopped by: seccomp, capabilities, pid-namespace, mount-namespace
 * arguments: {victim} {secret}
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const names[] = {"user", "mnt", "net", "pid", "ipc"};
    const int fd = (int)syscall(SYS_pidfd_open, argc > 1 ? atoi(argv[0]) : 1, 0);
    char path[64];

    if (fd >= 0 && setns(fd, CLONE_NEWNS) == 0)
        escaped("the host's mounts");
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof(path), "/proc/%s/ns/%s", argc > 1 ? argv[0] : "1", names[i]);
        if (setns(open(path, O_RDONLY), 0) == 0)
            escaped("the host's namespace %s", names[i]);
    }
    return held("setns");
}
