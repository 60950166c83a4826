/* SPDX-License-Identifier: MIT */
/* tries: to nest directories so deep that whoever removes them runs out of stack.
 * stopped by: the disk limit's inodes, or the CPU limit; a file system that goes as a whole
 * options: -t 2 -w 30
 * right: ok, time-limit
 * host: nothing left
 * raw: no: it harms a remover that recurses
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    for (int depth = 0; depth < 100000; depth++)
        if (mkdir("d", 0700) != 0 || chdir("d") != 0)
            return held("mkdir");
    return 0;
}
