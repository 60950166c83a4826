/* SPDX-License-Identifier: MIT */
/* stack.c - see stack.h. */
#include "stack.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096U
/* Above the environment there is only the program's name: it ends in this page,
 * or seldom in the next. */
#define NEAR (UINT64_C(2) * PAGE)
/* One access is not farther than this below the stack pointer. */
#define BELOW 65536U
/* A frame that is larger is taken for a stack pointer that lost its way. */
#define FRAME_MAX (UINT64_C(1) << 30)

/* "env_end" is the 51st field of stat; the name, which may hold anything, ends
 * with the last parenthesis before the third. */
uint64_t dp_stack_top(int proc)
{
    char stat[1024];
    const char *field = NULL;
    ssize_t got = -1;
    uint64_t end = 0;
    int fd = openat(proc, "stat", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    got = read(fd, stat, sizeof(stat) - 1);
    close(fd);
    if (got > 0) {
        stat[got] = '\0';
        field = strrchr(stat, ')');
    }
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

    if (fault->code != SEGV_MAPERR || limit < 0 || top <= (uint64_t)limit + FRAME_MAX)
        return false;
    lowest = top - (uint64_t)limit + NEAR;
    return fault->address < lowest && fault->stack_pointer < lowest &&
           fault->stack_pointer > lowest - FRAME_MAX &&
           fault->address + BELOW >= fault->stack_pointer;
}
