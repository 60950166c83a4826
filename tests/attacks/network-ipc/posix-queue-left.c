/* SPDX-License-Identifier: MIT */
/* tries: to leave a POSIX message queue behind.
 * stopped by: ipc-namespace, seccomp
 * arguments: {free-queue}
 * options: --on-refusal errno
 * right: ok
 * host: nothing left
 */
#include "../attack.h"
#include <mqueue.h>

static int attack(int argc, char **argv)
{
    const mqd_t queue = mq_open(argc > 0 ? argv[0] : "/", O_RDWR | O_CREAT, 0666, NULL);

    return queue == (mqd_t)-1 ? held("mq_open") : 0;
}
