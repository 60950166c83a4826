/* SPDX-License-Identifier: MIT */
/* host.h - for the plain host programs of the tests: what they count, how they
 * complain. */
#ifndef HOST_H
#define HOST_H

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGV(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Where complaints go, whatever became of standard error. */
static int complaints = 2;

__attribute__((format(printf, 1, 2), noreturn)) static inline void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vdprintf(complaints, format, arguments);
    va_end(arguments);
    dprintf(complaints, "\n");
    _exit(1);
}

/* The path of a target program. DUALPIPE_TEST_PROGRAMS in the environment comes
 * first: nobody may not read where this was built. The last 16 are kept. */
static inline const char *program(const char *name)
{
    static char paths[16][4096];
    static unsigned next;
    const char *directory = getenv("DUALPIPE_TEST_PROGRAMS");
    char *path = paths[next++ % 16];

    snprintf(path, sizeof(paths[0]), "%s/%s", directory ? directory : DUALPIPE_TEST_PROGRAMS, name);
    return path;
}

static inline int entries_of(const char *path)
{
    DIR *directory = opendir(path);
    int count = 0;

    if (!directory)
        fail("cannot open %s", path);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static inline bool has_child(void)
{
    siginfo_t child = {0};

    return waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* A joined thread may be seen in /proc for an instant longer. */
static inline void expect_nothing_left(int descriptors, int threads)
{
    for (int i = 0; i < 5000; i++) {
        if (entries_of("/proc/self/fd") == descriptors &&
            entries_of("/proc/self/task") == threads && !has_child())
            return;
        usleep(1000);
    }
    fail("left behind: descriptors %d, were %d; threads %d, were %d; children: %s",
         entries_of("/proc/self/fd"), descriptors, entries_of("/proc/self/task"), threads,
         has_child() ? "some" : "none");
}

#endif
