/* SPDX-License-Identifier: MIT */
/* tries: to leave by /proc: roots, directories and descriptors of other processes.
 * stopped by: mount-namespace (there is no /proc), pid-namespace, landlock
 * arguments: {secret} {victim}
 * right: ok
 */
#include "../attack.h"

static void look_in(const char *process, const char *secret)
{
    char path[4096];

    snprintf(path, sizeof(path), "/proc/%s/root%s", process, secret);
    look_for_secret(open(path, O_RDONLY | O_NONBLOCK), path);
    snprintf(path, sizeof(path), "/proc/%s/cwd/%s", process, strrchr(secret, '/') + 1);
    look_for_secret(open(path, O_RDONLY | O_NONBLOCK), path);
    for (int fd = 0; fd < 10; fd++) {
        snprintf(path, sizeof(path), "/proc/%s/fd/%d", process, fd);
        look_for_secret(open(path, O_RDONLY | O_NONBLOCK), path);
    }
}

static int attack(int argc, char **argv)
{
    if (argc < 2)
        return 1;
    look_in("1", argv[0]);
    look_in("self", argv[0]);
    look_in("thread-self", argv[0]);
    look_in(argv[1], argv[0]);
    return held("open");
}
