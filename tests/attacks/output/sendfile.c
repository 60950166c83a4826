/* SPDX-License-Identifier: MIT */
/* tries: to pass the output limit by the kernel's own copying, sendfile and splice.
 * stopped by: the output limit
 * options: -o 100K --on-refusal errno
 * right: output-limit, ok
 * output at most: 102400
 */
#include "../attack.h"
#include <sys/sendfile.h>

static int attack(int argc, char **argv)
{
    static char data[1 << 20];
    const int fd = open(mark, O_CREAT | O_RDWR, 0600);
    loff_t start = 0;

    (void)argc;
    (void)argv;
    if (fd < 0 || write(fd, data, sizeof(data)) < 0)
        return held("open");
    unlink(mark);
    for (int i = 0; i < 4; i++) {
        off_t from = 0;

        while (sendfile(1, fd, &from, sizeof(data)) > 0)
            ;
    }
    while (splice(fd, &start, 1, NULL, sizeof(data), 0) > 0)
        ;
    return 0;
}
