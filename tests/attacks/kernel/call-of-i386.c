/* SPDX-License-Identifier: MIT */
/* tries: to open a file by a call of the 32-bit architecture, which has other numbers.
 * stopped by: seccomp (every other architecture is killed), mount-namespace, landlock
 * arguments: {secret}
 * right: violation
 * raw: maybe: where the kernel has them
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    /* Below 4 GiB: a 32-bit call takes 32 bits of an address. */
    char *low = mmap((void *)0x10000000, 8192, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    long fd = 5; /* open */

    if (low == MAP_FAILED || argc < 1)
        return 1;
    strncpy(low, argv[0], 4095);
    __asm__ volatile("int $0x80" : "+a"(fd) : "b"(low), "c"(0), "d"(0) : "memory");
    look_for_secret((int)fd, "a call of i386");
    return held("int 0x80");
}
