/* SPDX-License-Identifier: MIT */
/* tries: to read the host's POSIX message queue.
 * stopped by: ipc-namespace, seccomp
 * arguments: {queue}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <mqueue.h>

static int attack(int argc, char **argv)
{
    char data[8192] = "";
    const mqd_t queue = mq_open(argc > 0 ? argv[0] : "/", O_RDONLY | O_NONBLOCK);

    if (queue == (mqd_t)-1)
        return held("mq_open");
    if (mq_receive(queue, data, sizeof(data), NULL) > 0 && holds_secret(data, sizeof(data)))
        escaped("the secret, by mq_receive");
    return held("mq_receive");
}
