/* SPDX-License-Identifier: MIT */
/* tries: to spend its time inside of the kernel.
 * stopped by: the CPU limit, which counts system time too
 * options: -t 0.2
 * right: time-limit
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    static char data[1 << 20];

    (void)argc;
    (void)argv;
    while (seconds_of(CLOCK_PROCESS_CPUTIME_ID) < 2)
        syscall(SYS_getrandom, data, sizeof(data), 0);
    escaped("ten times the CPU limit");
    return 0;
}
