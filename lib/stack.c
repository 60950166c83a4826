/* SPDX-License-Identifier: MIT */
/* stack.c - see stack.h. */
#include "stack.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096U
/* Above the environment there is only the program's name: it ends in this page,
 * or seldom in the next. */
#define NEAR (UINT64_C(2) * PAGE)

/* The start of a file of a process' directory, with a NUL; "": it cannot be read. */
static void read_start(int proc, const char *name, char *text, size_t size)
{
    ssize_t got = -1;
    int fd = openat(proc, name, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        got = read(fd, text, size - 1);
        close(fd);
    }
    text[got > 0 ? got : 0] = '\0';
}

/* "env_end" is the 51st field of stat; the name, which may hold anything, ends
 * with the last parenthesis before the third. */
uint64_t dp_stack_top(int proc)
{
    char stat[1024];
    const char *field;
    uint64_t end = 0;

    read_start(proc, "stat", stat, sizeof(stat));
    field = strrchr(stat, ')');
    for (int number = 2; field && number < 51; number++) {
        field = strchr(field, ' ');
        if (field)
            field++;
    }
    if (field)
        end = strtoull(field, NULL, 10);
    return end / PAGE * PAGE + (end > 0 ? PAGE : 0);
}

bool dp_stack_was_refused(uint64_t top, int64_t limit, const struct dp_stack_fault *fault)
{
    uint64_t lowest;

    if (!dp_stack_is_suspect(fault) || limit < 0 || top <= (uint64_t)limit + DP_STACK_FRAME_MAX)
        return false;
    lowest = top - (uint64_t)limit + NEAR;
    return fault->address < lowest && fault->stack_pointer < lowest &&
           fault->stack_pointer > lowest - DP_STACK_FRAME_MAX;
}

/* A handler that cannot be called, since the signal is blocked or there is no stack
 * for it, has been taken away by the kernel then. A name has no newline in this file. */
bool dp_stack_fault_is_fatal(int proc)
{
    char status[4096];
    const char *caught;

    read_start(proc, "status", status, sizeof(status));
    caught = strstr(status, "\nSigCgt:\t");
    return caught && (strtoull(caught + 9, NULL, 16) & UINT64_C(1) << (SIGSEGV - 1)) == 0;
}
