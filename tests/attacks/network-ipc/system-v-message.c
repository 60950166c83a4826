/* SPDX-License-Identifier: MIT */
/* tries: to take a message out of the host's System V queue.
 * stopped by: ipc-namespace, seccomp
 * arguments: {key}
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"
#include <sys/msg.h>

static int attack(int argc, char **argv)
{
    struct {
        long type;
        char data[256];
    } message = {0};
    const int id = msgget((key_t)strtol(argc > 0 ? argv[0] : "0", NULL, 0), 0);

    if (id < 0 || msgrcv(id, &message, sizeof(message.data), 0, IPC_NOWAIT) < 0)
        return held("msgget");
    if (holds_secret(message.data, sizeof(message.data)))
        escaped("the secret, by msgrcv");
    return 0;
}
