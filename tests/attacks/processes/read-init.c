/* SPDX-License-Identifier: MIT */
/* tries: to find the host's secret in the memory of process 1 and of its parent.
 * stopped by: init is a program of its own and not readable; seccomp; capabilities; landlock
 * options: --on-refusal errno
 * right: ok
 * raw: no: the process 1 that is told of is the box's
 */
#include "../attack.h"
#include <sys/uio.h>

static void search(pid_t pid)
{
    static char data[1 << 16];

    for (uintptr_t at = 0x10000; at < 0x1000000; at += sizeof(data)) {
        struct iovec here = {data, sizeof(data)};
        struct iovec there = {(void *)at, sizeof(data)};
        const ssize_t got = process_vm_readv(pid, &here, 1, &there, 1, 0);

        if (got > 0)
            escaped("%zd bytes of process %d", got, (int)pid);
        if (got < 0 && errno != EFAULT)
            return;
    }
}

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    search(1);
    if (getppid() > 1)
        search(getppid());
    return held("process_vm_readv");
}
