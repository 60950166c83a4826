/* SPDX-License-Identifier: MIT */
/* allocation.c - linked into the command, or loaded before it: the allocation number
 * FAIL_ALLOCATION of the process, counted from 1, finds no memory; with FAIL_AFTER
 * set, and all that follow it. Where it was met, descriptor FAIL_TOLD hears of it. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long wanted = -1; /* 0: none */
static int told = -1;
static int and_all_after;
static atomic_long count;

static void read_wishes(void)
{
    const char *number = getenv("FAIL_ALLOCATION");
    const char *descriptor = getenv("FAIL_TOLD");

    wanted = number ? atol(number) : 0;
    told = descriptor ? atoi(descriptor) : -1;
    and_all_after = getenv("FAIL_AFTER") != NULL;
}

static int fails(void)
{
    long number;

    if (wanted < 0)
        read_wishes();
    number = atomic_fetch_add(&count, 1) + 1;
    if (wanted == 0 || number < wanted || (number > wanted && !and_all_after))
        return 0;
    if (number == wanted && told >= 0 && write(told, "!", 1) < 0)
        _exit(99);
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t members, size_t size)
{
    return fails() ? NULL : __libc_calloc(members, size);
}

void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
