/* SPDX-License-Identifier: MIT */
/* tries: to leave a socket with a name in the network namespace, held by a child that outlives
 *     it, for the next job to find.
 * stopped by: pid-namespace, network-namespace, seccomp
 * policy: shell
 * right: ok, violation
 * raw: yes
 */
#include "../attack.h"

#include <stddef.h>
#include <sys/un.h>

static int attack(int argc, char **argv)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    (void)argc;
    (void)argv;
    if (fd < 0)
        return held("socket");
    snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s", mark);
    if (bind(fd, (struct sockaddr *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(mark))) != 0)
        return held("bind");
    listen(fd, 5);
    if (fork() == 0) {
        setsid();
        close(0);
        close(1);
        close(2);
        sleep(3);
        _exit(0);
    }
    return 0;
}
