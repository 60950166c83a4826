/* SPDX-License-Identifier: MIT */
/* tries: to take the host's System V semaphore, so that the host waits for ever.
 * stopped by: ipc-namespace, seccomp
 * arguments: {key}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/sem.h>

static int attack(int argc, char **argv)
{
    struct sembuf take = {0, -1, IPC_NOWAIT};
    struct sembuf back = {0, 1, IPC_NOWAIT};
    const int id = semget((key_t)strtol(argc > 0 ? argv[0] : "0", NULL, 0), 0, 0);

    if (id < 0 || semop(id, &take, 1) != 0)
        return held("semget");
    semop(id, &back, 1);
    escaped("the host's semaphore");
    return 0;
}
