/* SPDX-License-Identifier: MIT */
/* tries: to have memory beside its limit, as System V shared memory.
 * stopped by: seccomp, the cgroup
 * options: -m 32M --on-refusal errno
 * right: ok, memory-limit, signalled
 */
#include "../attack.h"
#include <sys/shm.h>

static int attack(int argc, char **argv)
{
    const int id = shmget(IPC_PRIVATE, 256 * MIB, 0600 | IPC_CREAT);
    char *all;

    (void)argc;
    (void)argv;
    if (id < 0)
        return held("shmget");
    all = shmat(id, NULL, 0);
    shmctl(id, IPC_RMID, NULL);
    if (all == (void *)-1)
        return held("shmat");
    memset(all, 1, 256 * MIB);
    escaped("256 MiB of shared memory");
    return 0;
}
