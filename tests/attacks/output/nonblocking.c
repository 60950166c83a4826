/* SPDX-License-Identifier: MIT */
/* tries: to make the streams non-blocking, which would change the supervisor's ends, too.
 * stopped by: ends of its own: pipes are no descriptions that the host uses
 * options: -o 1M
 * right: ok, output-limit
 * output at most: 1048576
 * raw: no: it harms whoever reads, and here that is nobody
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[65536];

    (void)argc;
    (void)argv;
    for (int fd = 0; fd < 3; fd++)
        fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 10000; i++)
        if (write(1, data, sizeof(data)) < 0 && errno != EAGAIN)
            return held("write");
    return 0;
}
