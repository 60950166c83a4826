/* SPDX-License-Identifier: MIT */
/* tries: to leave System V objects behind, which have no owner that ends.
 * stopped by: ipc-namespace, seccomp
 * arguments: {free-key}
 * options: --on-refusal errno
 * right: ok
 * host: nothing left
 */
#include "../attack.h"
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int attack(int argc, char **argv)
{
    const key_t key = (key_t)strtol(argc > 0 ? argv[0] : "0", NULL, 0);

    shmget(key, 4096, 0666 | IPC_CREAT);
    semget(key, 1, 0666 | IPC_CREAT);
    if (msgget(key, 0666 | IPC_CREAT) < 0)
        return held("msgget");
    return 0;
}
