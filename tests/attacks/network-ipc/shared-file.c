/* SPDX-License-Identifier: MIT */
/* tries: to read the host's POSIX shared memory, and to leave some.
 * stopped by: mount-namespace, landlock
 * arguments: {shared}
 * right: ok
 * host: nothing left
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    look_for_secret(shm_open(argc > 0 ? argv[0] : "/", O_RDONLY, 0), "shm_open");
    if (shm_open(mark, O_RDWR | O_CREAT, 0666) < 0)
        return held("shm_open");
    return 0;
}
