/* SPDX-License-Identifier: MIT */
/* tries: arguments that are right in 32 bits and have more above: filters may look at half of them.
 * stopped by: seccomp (it compares 64 bits)
 * options: --on-refusal errno
 * right: ok
 * raw: no: it is the filter that may be wrong about them
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (syscall(SYS_socket, AF_UNIX | 1UL << 32, SOCK_STREAM, 0) >= 0)
        escaped("a socket");
    if (syscall(SYS_mmap, 0, 4096, (PROT_READ | PROT_WRITE | PROT_EXEC) | 1UL << 32,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != -1)
        escaped("memory to write and to execute");
    if (syscall(SYS_fcntl, 0, F_SETOWN | 1UL << 32, 1) == 0)
        escaped("an owner of signals");
    return held("high bits");
}
