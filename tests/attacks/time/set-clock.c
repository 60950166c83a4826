/* SPDX-License-Identifier: MIT */
/* tries: to set the host's clock, in all three ways.
 * stopped by: seccomp, capabilities
 * options: --on-refusal errno
 * right: ok, violation
 * raw: vm
 */
#include "../attack.h"
#include <sys/time.h>
#include <sys/timex.h>

static int attack(int argc, char **argv)
{
    struct timespec past = {1000000000, 0};
    struct timeval same = {1000000000, 0};
    struct timex change = {.modes = ADJ_SETOFFSET, .time = {-100000000, 0}};

    (void)argc;
    (void)argv;
    clock_settime(CLOCK_REALTIME, &past);
    settimeofday(&same, NULL);
    adjtimex(&change);
    if (time(NULL) < 1500000000)
        escaped("the host's clock is set");
    return held("clock_settime");
}
