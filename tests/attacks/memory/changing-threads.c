/* SPDX-License-Identifier: MIT */
/* tries: to be looked at in no thread: each makes the next one and ends.
 * stopped by: the supervisor's looks, which do not hang on one thread
 * options: -m 32M -t 20
 * right: memory-limit
 */
#include "../attack.h"

static unsigned long had;

static void *pass_on(void *unused)
{
    char *piece = mmap(NULL, MIB / 4, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_attr_t attributes;
    pthread_t next;

    if (piece == MAP_FAILED)
        _exit(1);
    memset(piece, 1, MIB / 4);
    mprotect(piece, MIB / 4, PROT_READ);
    had += MIB / 4;
    if (had > 512 * MIB)
        escaped("512 MiB of memory");
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 65536);
    for (int i = 0; i < 100; i++) /* the one before is not quite gone */
        if (pthread_create(&next, &attributes, pass_on, NULL) == 0)
            return unused;
    _exit(2);
}

static int attack(int argc, char **argv)
{
    pthread_t thread;

    (void)argc;
    (void)argv;
    if (pthread_create(&thread, NULL, pass_on, NULL) != 0)
        return 1;
    syscall(SYS_exit, 0);
    return 0;
}
