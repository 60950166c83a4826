/* SPDX-License-Identifier: MIT */
/* tries: to leave by .. as often as it takes.
 * stopped by: mount-namespace (another root), landlock
 * arguments: {secret}
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char path[4096] = "";

    for (int i = 0; i < 32; i++)
        strcat(path, "../");
    if (argc > 0)
        strncat(path, argv[0] + 1, 2048);
    look_for_secret(open(path, O_RDONLY), "..");
    for (int i = 0; i < 32 && chdir("..") == 0; i++)
        look_for_secret(open(path + 96, O_RDONLY), "chdir(..)");
    return held("..");
}
