/* SPDX-License-Identifier: MIT */
/* tries: to execute a program that it wrote, from a file and from memory.
 * stopped by: seccomp (the gate), landlock, mount-namespace (noexec), W^X
 * options: --on-refusal errno
 * right: ok
 */
#include "../attack.h"

/* A program of ten instructions: writes "ESCAPED" and exits. */
static const unsigned char code[] = {
    0x7f, 'E',  'L',  'F', 2,   1,    1,    0,    0,    0,    0, 0,    0,    0,    0,    0,    2,
    0,    62,   0,    1,   0,   0,    0,    0x78, 0,    0x40, 0, 0,    0,    0,    0,    64,   0,
    0,    0,    0,    0,   0,   0,    0,    0,    0,    0,    0, 0,    0,    0,    0,    0,    0,
    0,    64,   0,    56,  0,   1,    0,    0,    0,    0,    0, 0,    0,    1,    0,    0,    0,
    5,    0,    0,    0,   0,   0,    0,    0,    0,    0,    0, 0,    0,    0,    0x40, 0,    0,
    0,    0,    0,    0,   0,   0x40, 0,    0,    0,    0,    0, 0xa2, 0,    0,    0,    0,    0,
    0,    0,    0xa2, 0,   0,   0,    0,    0,    0,    0,    0, 0x10, 0,    0,    0,    0,    0,
    0,    0xb8, 1,    0,   0,   0,    0xbf, 1,    0,    0,    0, 0x48, 0x8d, 0x35, 0x10, 0,    0,
    0,    0xba, 9,    0,   0,   0,    0x0f, 5,    0xb8, 60,   0, 0,    0,    0x31, 0xff, 0x0f, 5,
    'E',  'S',  'C',  'A', 'P', 'E',  'D',  ':',  '\n'};

static int attack(int argc, char **argv)
{
    char *words[] = {(char *)(uintptr_t) "x", NULL};
    char *nothing[] = {NULL};
    char path[128];
    int fd;

    (void)argc;
    (void)argv;
    fd = memfd_create(mark, MFD_CLOEXEC);
    if (fd >= 0 && write(fd, code, sizeof(code)) == (ssize_t)sizeof(code))
        syscall(SYS_execveat, fd, "", words, nothing, AT_EMPTY_PATH);
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof(path), "%s/%s-x", i == 0 ? "." : i == 1 ? "/tmp" : "/dev/shm", mark);
        fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
        if (fd >= 0 && write(fd, code, sizeof(code)) == (ssize_t)sizeof(code)) {
            close(fd);
            execve(path, words, nothing);
        }
        if (getppid() > 1)
            unlink(path);
    }
    return held("execveat");
}
