/* SPDX-License-Identifier: MIT */
/* tries: to leave through a directory of the host that is open (the class of CVE-2024-21626).
 * stopped by: descriptors, landlock
 * arguments: {secret}
 * descriptors: directories
 * right: ok
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char path[4096];

    for (int fd = 3; argc > 0 && fd < 64; fd++) {
        snprintf(path, sizeof(path), "../../../../../../../../..%s", argv[0]);
        look_for_secret(openat(fd, path, O_RDONLY), "a directory that is open");
        lseek(fd, 0, SEEK_SET);
        look_for_secret(fd, "a file that is open");
    }
    return held("openat");
}
