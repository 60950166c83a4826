/* SPDX-License-Identifier: MIT */
/* tries: to count what the machine does (perf_event_open), the kernel's part included.
 * stopped by: seccomp, capabilities
 * options: --on-refusal errno
 * right: ok
 * raw: vm
 */
#include "../attack.h"
#include <linux/perf_event.h>

static int attack(int argc, char **argv)
{
    struct perf_event_attr event = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof(event), .config = PERF_COUNT_SW_CPU_CLOCK};

    (void)argc;
    (void)argv;
    if (syscall(SYS_perf_event_open, &event, -1, 0, -1, 0) >= 0)
        escaped("the whole machine's events");
    return held("perf_event_open");
}
