/* SPDX-License-Identifier: MIT */
/* tries: to have four times the memory that it may, as a stack.
 * stopped by: rlimits, the memory limit
 * options: -m 32M
 * right: signalled=11, memory-limit
 * raw: prefix prlimit --stack=unlimited
 */
#include "../attack.h"

/* The frame stays used after the call: not a loop. */
static unsigned long descend(unsigned long depth)
{
    volatile char frame[65536];

    memset((char *)frame, 1, sizeof(frame));
    if (depth * sizeof(frame) > 128 * MIB)
        escaped("128 MiB of stack");
    return descend(depth + 1) + (unsigned long)frame[depth % sizeof(frame)];
}

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return (int)descend(0);
}
