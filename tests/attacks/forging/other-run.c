/* SPDX-License-Identifier: MIT */
/* tries: to pass a message to the next run, by whatever stays: files, names, memory.
 * stopped by: mount-namespace (file systems of its own, gone with the box), ipc-namespace
 * right: ok
 * host: nothing left
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static const char *const places[] = {"/tmp", "/box", "/dev/shm", "/var/tmp"};
    char path[256];
    int found = 0;

    (void)argc;
    (void)argv;
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof(path), "%s/%s-message", places[i], mark);
        if (access(path, F_OK) == 0)
            found++;
        close(open(path, O_CREAT | O_WRONLY, 0666));
    }
    if (found)
        escaped("%d messages of a run before", found);
    return held("access");
}
