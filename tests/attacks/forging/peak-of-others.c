/* SPDX-License-Identifier: MIT */
/* tries: to be charged for its starter's memory: its peak must be its own.
 * stopped by: measures from the gate on, of a process whose starter is small
 * options: -m 16M
 * right: ok
 * memory peak at most: 12582912
 * raw: no: there is no report
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    puts("small");
    return 0;
}
