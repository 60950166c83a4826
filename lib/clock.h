/* SPDX-License-Identifier: MIT */
/* clock.h - CLOCK_MONOTONIC in microseconds; deadlines in it, -1 for none. */
#ifndef DP_CLOCK_H
#define DP_CLOCK_H

#include <stdint.h>
#include <time.h>

#define DP_NEVER INT64_C(-1)

static inline int64_t dp_timespec_us(const struct timespec *time)
{
    return (int64_t)time->tv_sec * 1000000 + time->tv_nsec / 1000;
}

static inline int64_t dp_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return dp_timespec_us(&now);
}

/* The deadline that a timeout from now on makes; negative timeouts make none. */
static inline int64_t dp_deadline(int64_t now_us, int64_t timeout_us)
{
    if (timeout_us < 0 || timeout_us > INT64_MAX - now_us)
        return DP_NEVER;
    return now_us + timeout_us;
}

static inline int64_t dp_earlier(int64_t one, int64_t other)
{
    if (one == DP_NEVER)
        return other;
    if (other == DP_NEVER)
        return one;
    return one < other ? one : other;
}

#endif
