/* SPDX-License-Identifier: MIT */
/* tries: to watch what the host does with the files that it is shown.
 * stopped by: seccomp
 * options: --bind {victim-file}:/shown --on-refusal errno
 * arguments: {victim-file}
 * right: ok
 */
#include "../attack.h"
#include <sys/inotify.h>

static int attack(int argc, char **argv)
{
    const int fd = inotify_init();

    if (fd >= 0 && inotify_add_watch(fd, "/shown", IN_ALL_EVENTS) >= 0)
        escaped("a file of the host is watched");
    if (fd >= 0 && argc > 0 && inotify_add_watch(fd, argv[0], IN_ALL_EVENTS) >= 0)
        escaped("a file of the host is watched");
    return held("inotify_add_watch");
}
