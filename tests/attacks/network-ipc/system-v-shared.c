/* SPDX-License-Identifier: MIT */
/* tries: to read the host's System V shared memory.
 * stopped by: ipc-namespace, seccomp
 * arguments: {key}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/shm.h>

static int attack(int argc, char **argv)
{
    const int id = shmget((key_t)strtol(argc > 0 ? argv[0] : "0", NULL, 0), 0, 0);
    const char *data = id < 0 ? (void *)-1 : shmat(id, NULL, SHM_RDONLY);

    if (data == (void *)-1)
        return held("shmget");
    if (holds_secret(data, 128))
        escaped("the secret, by shmat");
    return 0;
}
