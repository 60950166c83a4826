/* SPDX-License-Identifier: MIT */
/* tries: to write a status of its own to every descriptor there may be.
 * stopped by: descriptors (only 0, 1 and 2 are open)
 * right: nonzero-exit=5
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    const unsigned char well[256] = {0};

    (void)argc;
    (void)argv;
    for (int fd = 3; fd < 65536; fd++)
        if (write(fd, well, sizeof(well)) >= 0)
            escaped("descriptor %d takes data", fd);
    return 5;
}
