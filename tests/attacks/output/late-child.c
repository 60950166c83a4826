/* SPDX-License-Identifier: MIT */
/* tries: to write more after the end, by a child that keeps the streams.
 * stopped by: the end of all with the first process; output is read to its end, not waited for
 * policy: shell
 * options: -o 100K -w 20
 * right: ok, output-limit
 * output at most: 102400
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[4096];

    (void)argc;
    (void)argv;
    if (fork() == 0) {
        const struct timespec moment = {0, 1000000};

        signal(SIGPIPE, SIG_IGN);
        for (int i = 0; i < 1000; i++) {
            nanosleep(&moment, NULL);
            if (write(1, data, sizeof(data)) < 0)
                break;
        }
        sleep(60);
    }
    return 0;
}
