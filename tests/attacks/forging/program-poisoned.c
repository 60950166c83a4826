/* SPDX-License-Identifier: MIT */
/* tries: to change the program that it is, so that later jobs with the same program run other
 *     code: a pool holds a copy of it for all of them.
 * stopped by: mount-namespace, landlock (the program is not there, or cannot be written); seals
 * policy: shell
 * right: ok
 * raw: no: a program that runs cannot be written, and its file is the caller's own
 */
#include "../attack.h"

static void change(const char *path)
{
    const int modes[] = {O_WRONLY, O_RDWR, O_WRONLY | O_TRUNC, O_RDWR | O_APPEND};
    void *memory;
    int fd;

    for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
        fd = open(path, modes[i] | O_CLOEXEC);
        if (fd >= 0 && (write(fd, "\x7f" "ELF", 4) == 4 || ftruncate(fd, 1) == 0))
            escaped("%s was written", path);
        memory = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0);
        if (memory != MAP_FAILED)
            escaped("%s can be written through memory", path);
        if (fd >= 0)
            close(fd);
    }
    if (truncate(path, 1) == 0)
        escaped("%s was cut", path);
}

static int attack(int argc, char **argv)
{
    char path[64];

    (void)argc;
    (void)argv;
    change("/proc/self/exe");
    for (int fd = 0; fd < 64; fd++) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
        if (fd > 2)
            change(path);
    }
    return held("the program");
}
