/* SPDX-License-Identifier: MIT */
/* tries: to read the memory of a process of the host by process_vm_readv(2).
 * stopped by: seccomp, pid-namespace, landlock (its domain)
 * arguments: {victim} {address}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/uio.h>

static int attack(int argc, char **argv)
{
    char data[128] = "";
    struct iovec here = {data, sizeof(data)};
    struct iovec there = {NULL, sizeof(data)};

    if (argc < 2)
        return 1;
    there.iov_base = (void *)strtoul(argv[1], NULL, 0);
    if (process_vm_readv(atoi(argv[0]), &here, 1, &there, 1, 0) < 0)
        return held("process_vm_readv");
    if (holds_secret(data, sizeof(data)))
        escaped("the secret, by process_vm_readv");
    return 0;
}
