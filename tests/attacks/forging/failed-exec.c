/* SPDX-License-Identifier: MIT */
/* tries: to pass for a program that never started, by the call with which our own code in
 *     the box says so: an internal error, so that the run is repeated or not counted.
 * stopped by: seccomp; that call is believed only before the program's first instruction
 * right: violation, nonzero-exit=5
 * raw: no: there is no verdict
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (long number = 1; number < 120; number++)
        syscall(SYS_execveat, -1, NULL, number, NULL, 0x6470);
    return 5;
}
