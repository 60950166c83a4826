/* SPDX-License-Identifier: MIT */
/* tries: to move or delete what it is shown.
 * stopped by: mount-namespace (read-only mounts), landlock
 * options: --bind {place}:/shown
 * arguments: {place}
 * right: ok
 * host: victim file unchanged
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char from[4096];
    char to[4096];
    const char *places[] = {"/shown", argc > 0 ? argv[0] : "/shown"};

    for (int i = 0; i < 2; i++) {
        snprintf(from, sizeof(from), "%s/victim-file", places[i]);
        snprintf(to, sizeof(to), "%s/%s", places[i], mark);
        if (rename(from, to) == 0 || rename(from, "/box/mine") == 0 || unlink(from) == 0)
            escaped("%s is gone", from);
        if (mkdir(to, 0700) == 0)
            escaped("%s is made", to);
    }
    return held("rename");
}
