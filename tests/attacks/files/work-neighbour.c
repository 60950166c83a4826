/* SPDX-License-Identifier: MIT */
/* tries: nothing: makes, renames, lists and removes files as programs do.
 * kind: neighbour
 * stopped by: nothing
 * right: ok
 * prints: well
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    char data[8];
    int fd = open("one", O_CREAT | O_RDWR, 0600);

    (void)argc;
    (void)argv;
    if (fd < 0 || write(fd, "written", 7) != 7 || rename("one", "two") != 0 ||
        mkdir("three", 0700) != 0 || rename("two", "three/four") != 0)
        return 1;
    close(fd);
    fd = open("three/four", O_RDONLY);
    if (read(fd, data, 7) != 7 || memcmp(data, "written", 7) != 0)
        return 2;
    if (unlink("three/four") != 0 || rmdir("three") != 0)
        return 3;
    puts("well");
    return 0;
}
