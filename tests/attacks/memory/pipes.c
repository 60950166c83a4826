/* SPDX-License-Identifier: MIT */
/* tries: to fill the kernel's memory through the buffers of pipes.
 * stopped by: seccomp (F_SETPIPE_SZ), rlimits (RLIMIT_NOFILE)
 * options: -m 32M --on-refusal errno
 * right: ok, memory-limit
 * raw: prefix prlimit --nofile=1024
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[65536];
    unsigned long had = 0;
    int ends[2];

    (void)argc;
    (void)argv;
    while (pipe2(ends, O_NONBLOCK) == 0 && had < 32 * MIB) {
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        for (ssize_t got; (got = write(ends[1], data, sizeof(data))) > 0;)
            had += (unsigned long)got;
    }
    if (had > 8 * MIB)
        escaped("%lu MiB in pipes", had / MIB);
    return held("pipe2");
}
