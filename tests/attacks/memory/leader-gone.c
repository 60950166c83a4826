/* SPDX-License-Identifier: MIT */
/* tries: to end the first thread, which the kernel's figures are read from, and then take memory.
 * stopped by: the supervisor's looks, at any thread that lives
 * options: -m 32M
 * right: memory-limit
 */
#include "../attack.h"

static void *hoard(void *unused)
{
    for (unsigned long had = 0; had < 512 * MIB; had += MIB / 2) {
        char *piece =
            mmap(NULL, MIB / 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (piece == MAP_FAILED)
            _exit(1);
        memset(piece, 1, MIB / 2);
        mprotect(piece, MIB / 2, PROT_READ);
    }
    escaped("512 MiB of memory");
    return unused;
}

static int attack(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, hoard, NULL) != 0)
        return 1;
    syscall(SYS_exit, 0);
    return 0;
}
