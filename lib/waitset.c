/* SPDX-License-Identifier: MIT */
/* waitset.c - see waitset.h. */
#include "waitset.h"

#include "clock.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#define WORD_BITS ((int)(sizeof(unsigned long) * CHAR_BIT))
#define SPARE_WORDS 4

int dp_waitset_reserve(struct dp_waitset *set, int fd)
{
    const int words = fd / WORD_BITS + 1 + SPARE_WORDS;
    unsigned long *both;

    if (fd < 0 || fd < set->words * WORD_BITS)
        return 0;
    both = calloc(2 * (size_t)words, sizeof(*both));
    if (!both)
        return -ENOMEM;
    if (set->words > 0) {
        memcpy(both, set->readable, (size_t)set->words * sizeof(*both));
        memcpy(both + words, set->writable, (size_t)set->words * sizeof(*both));
    }
    free(set->readable);
    set->readable = both;
    set->writable = both + words;
    set->words = words;
    return 0;
}

void dp_waitset_release(struct dp_waitset *set)
{
    free(set->readable);
    *set = (struct dp_waitset){0};
}

void dp_waitset_clear(struct dp_waitset *set)
{
    memset(set->readable, 0, 2 * (size_t)set->words * sizeof(*set->readable));
    set->highest = -1;
}

static bool has_room(const struct dp_waitset *set, int fd)
{
    return fd >= 0 && fd < set->words * WORD_BITS;
}

static void mark(struct dp_waitset *set, unsigned long *words, int fd)
{
    if (!has_room(set, fd))
        return;
    words[fd / WORD_BITS] |= 1UL << (fd % WORD_BITS);
    if (fd > set->highest)
        set->highest = fd;
}

static bool is_marked(const struct dp_waitset *set, const unsigned long *words, int fd)
{
    return has_room(set, fd) && (words[fd / WORD_BITS] >> (fd % WORD_BITS) & 1);
}

void dp_waitset_want_read(struct dp_waitset *set, int fd)
{
    mark(set, set->readable, fd);
}

void dp_waitset_want_write(struct dp_waitset *set, int fd)
{
    mark(set, set->writable, fd);
}

int dp_waitset_wait(struct dp_waitset *set, int64_t deadline_us)
{
    struct timespec timeout = {0};
    int ready;

    if (deadline_us != DP_NEVER) {
        const int64_t left = deadline_us - dp_now_us();

        if (left > 0) {
            timeout.tv_sec = left / 1000000;
            timeout.tv_nsec = left % 1000000 * 1000;
        }
    }
    ready =
        pselect(set->highest + 1, (fd_set *)(void *)set->readable, (fd_set *)(void *)set->writable,
                NULL, deadline_us == DP_NEVER ? NULL : &timeout, NULL);
    if (ready > 0)
        return ready;
    if (ready < 0)
        ready = -errno;
    memset(set->readable, 0, 2 * (size_t)set->words * sizeof(*set->readable));
    return ready;
}

bool dp_waitset_is_readable(const struct dp_waitset *set, int fd)
{
    return is_marked(set, set->readable, fd);
}

bool dp_waitset_is_writable(const struct dp_waitset *set, int fd)
{
    return is_marked(set, set->writable, fd);
}
