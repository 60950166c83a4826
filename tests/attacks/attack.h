/* SPDX-License-Identifier: MIT */
/* attack.h - what the attacks share: their main function, and how they tell.
 *
 * An attack says ESCAPED only where harm is done: a secret was read, more than
 * four times the limit was had, another's process was hit. That a call returned
 * well is no harm. Its first argument is the mark of this run of the suite: it
 * names all that is made, so that what stays behind is found on the host. */
#ifndef ATTACK_H
#define ATTACK_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)

static const char *mark;

/* By write(2) alone, and in one piece: the process may be in any state. */
__attribute__((format(printf, 1, 2))) static inline void escaped(const char *format, ...)
{
    char text[512] = "\nESCAPED: ";
    size_t length = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    length += (size_t)vsnprintf(text + length, sizeof(text) - length - 1, format, arguments);
    va_end(arguments);
    length = length < sizeof(text) - 1 ? length : sizeof(text) - 2;
    text[length++] = '\n';
    if (write(1, text, length) < 0 && write(2, text, length) < 0)
        _exit(99);
    _exit(0);
}

/* The way did not lead out; says where it ended. */
static inline int held(const char *what)
{
    const int errnum = errno;
    char text[256];
    const int length = snprintf(text, sizeof(text), "held: %s: %s\n", what, strerror(errnum));

    if (write(1, text, (size_t)length) < 0)
        _exit(98);
    return 0;
}

static inline double seconds_of(clockid_t clock)
{
    struct timespec now = {0};

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The secret that the suite plants, in parts: the program itself must not hold it. */
static inline bool holds_secret(const char *data, size_t length)
{
    static const char start[] = "the-secret-of-";
    const size_t start_length = sizeof(start) - 1;
    const size_t mark_length = strlen(mark);

    for (size_t i = 0; i + start_length + mark_length <= length; i++)
        if (data[i] == 't' && memcmp(data + i, start, start_length) == 0 &&
            memcmp(data + i + start_length, mark, mark_length) == 0)
            return true;
    return false;
}

/* Reads up to a page from a descriptor, and looks for the secret there. */
static inline void look_for_secret(int fd, const char *way)
{
    char data[4096];
    const ssize_t got = fd < 0 ? -1 : read(fd, data, sizeof(data));

    if (got > 0 && holds_secret(data, (size_t)got))
        escaped("the secret, by %s", way);
}

static inline bool write_text(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const ssize_t length = (ssize_t)strlen(text);
    bool is_written;

    if (fd < 0)
        return false;
    is_written = write(fd, text, (size_t)length) == length;
    close(fd);
    return is_written;
}

/* Root of a user namespace of its own: what an attacker does first. */
__attribute__((unused)) static bool become_root(int more_flags)
{
    char map[64];
    const unsigned uid = getuid();
    const unsigned gid = getgid();

    if (unshare(CLONE_NEWUSER | more_flags) != 0)
        return false;
    write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof(map), "0 %u 1", uid);
    write_text("/proc/self/uid_map", map);
    snprintf(map, sizeof(map), "0 %u 1", gid);
    write_text("/proc/self/gid_map", map);
    return true;
}

static int attack(int argc, char **argv);

/* argv[0] of the attack is the first argument after the mark. */
int main(int argc, char **argv)
{
    if (argc < 2)
        return 121;
    mark = argv[1];
    return attack(argc - 2, argv + 2);
}

#endif
