/* SPDX-License-Identifier: MIT */
/* count.c - see count.h. */
#include "count.h"

#include "raw.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define WAIT_ALL 0x40000000 /* __WALL */
/* Higher numbers the kernel does not give (PID_MAX_LIMIT). */
#define NUMBERS (1L << 22)

static unsigned char *marks; /* a bit for each number */

long child_count_begin(void)
{
    long result;

    if (marks)
        return 0;
    result =
        raw6(SYS_mmap, 0, NUMBERS / 8, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw_failed(result))
        return result;
    marks = (unsigned char *)result;
    return 0;
}

static unsigned char bit_of(int process)
{
    return (unsigned char)(1U << (process & 7));
}

void child_count_new(int process)
{
    if (process > 0 && process < NUMBERS)
        marks[process / 8] &= (unsigned char)~bit_of(process);
}

/* Of all its threads, to the nanosecond; a thread's own number has no such clock. */
static int64_t used_us(int process)
{
    const long clock = (long)~(unsigned)process << 3 | 2; /* CPUCLOCK_SCHED of a process */
    struct timespec used = {0};

    if (raw2(SYS_clock_gettime, (int)clock, &used) != 0)
        return 0;
    return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

long child_count_next(struct child_count *count, int no_hang)
{
    siginfo_t found = {0};
    const long result = raw5(SYS_waitid, P_ALL, 0, &found,
                             WEXITED | WNOWAIT | WAIT_ALL | (no_hang ? WNOHANG : 0), 0);
    const int process = found.si_pid;

    if (result < 0 || process <= 0)
        return result;
    if (found.si_code != CLD_EXITED && found.si_code != CLD_KILLED && found.si_code != CLD_DUMPED)
        return process;
    if (process < NUMBERS && !(marks[process / 8] & bit_of(process))) {
        marks[process / 8] |= bit_of(process);
        count->dead_us += used_us(process);
    }
    return process;
}
