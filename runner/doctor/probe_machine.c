/* SPDX-License-Identifier: MIT */
/* probe_machine.c - how well time can be measured on this machine. */
#include "probe.h"

#include <cpuid.h>
#include <inttypes.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void probe_clock(struct findings *findings)
{
    const int reads = 10000;
    int64_t started = now_ns();
    struct finding *finding;
    char source[32];
    long each_ns;

    for (int i = 0; i < reads; i++)
        (void)now_ns();
    each_ns = (long)((now_ns() - started) / reads);
    probe_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", source,
               sizeof(source));
    finding = finding_add(findings, "clock", each_ns < 200 ? FINDING_FINE : FINDING_NOTE,
                          "%s, read in %ld ns", source[0] ? source : "unknown", each_ns);
    if (each_ns >= 200) {
        finding_cost(finding, "each look at the clock is a system call or a trap: programs that "
                              "time themselves are slow");
        finding_mend(finding, "boot with clocksource=tsc where the processor's counter is stable");
    }
}

/* A hypervisor answers this instruction itself, and each start of a program
 * linked to glibc has some eighty of them. */
static void probe_hypervisor(struct findings *findings)
{
    const int count = 200;
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    struct finding *finding;
    int64_t started;
    long each_ns;

    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & (1U << 31)) == 0) {
        finding_add(findings, "machine", FINDING_FINE, "no hypervisor");
        return;
    }
    started = now_ns();
    for (int i = 0; i < count; i++)
        (void)__get_cpuid(0, &a, &b, &c, &d);
    each_ns = (long)((now_ns() - started) / count);
    finding = finding_add(findings, "machine", FINDING_NOTE, "virtual%s",
                          access("/dev/kvm", F_OK) == 0 ? ", with /dev/kvm" : "");
    finding_cost(finding,
                 "one CPUID takes %ld.%ld us; each start of a program linked to glibc "
                 "some %ld us for that alone",
                 each_ns / 1000, each_ns % 1000 / 100, each_ns * 80 / 1000);
}

/* The longest times for which this thread, though always ready, did not run. */
static void probe_noise(struct findings *findings)
{
    const int64_t span_ns = 100000000;
    const int64_t started = now_ns();
    int64_t last = started;
    int64_t lost_ns = 0;
    int64_t worst_ns = 0;
    double load[3] = {0};
    struct finding *finding;
    long permille;
    bool is_noisy;

    while (last - started < span_ns) {
        const int64_t now = now_ns();

        if (now - last > 20000) { /* an interrupt is shorter */
            lost_ns += now - last;
            worst_ns = now - last > worst_ns ? now - last : worst_ns;
        }
        last = now;
    }
    permille = (long)(lost_ns * 1000 / span_ns);
    (void)getloadavg(load, 3);
    is_noisy = permille > 20 || load[0] > (double)sysconf(_SC_NPROCESSORS_ONLN);
    finding = finding_add(findings, "noise", is_noisy ? FINDING_NOTE : FINDING_FINE,
                          "in 0.1 s of work this process was held up for %ld.%ld %%, %" PRId64
                          " us at once; the load is %.1f",
                          permille / 10, permille % 10, worst_ns / 1000, load[0]);
    if (is_noisy) {
        finding_cost(finding, "wall times mean little now, and limits may be met some "
                              "milliseconds late");
        finding_mend(finding, "wait until the host is quiet, keep CPUs for runs (--cpus), or "
                              "repeat narrow time limits (--retry-noisy)");
    }
}

static void probe_cpus(struct findings *findings)
{
    cpu_set_t usable;
    char governor[32];
    char siblings[32];
    struct finding *finding;
    int count = 0;

    if (sched_getaffinity(0, sizeof(usable), &usable) == 0)
        count = CPU_COUNT(&usable);
    probe_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor, sizeof(governor));
    probe_line("/sys/devices/system/cpu/smt/active", siblings, sizeof(siblings));
    finding = finding_add(findings, "cpus", FINDING_FINE, "%d for this process%s%s%s", count,
                          governor[0] ? ", governor " : "", governor,
                          strcmp(siblings, "1") == 0 ? ", two threads to a core" : "");
    if (governor[0] && strcmp(governor, "performance") != 0) {
        finding->state = FINDING_NOTE;
        finding_cost(finding, "CPU times vary with the clock rate");
        finding_mend(finding, "cpupower frequency-set -g performance");
    } else if (strcmp(siblings, "1") == 0) {
        finding->state = FINDING_NOTE;
        finding_cost(finding, "a neighbour on the same core slows a target down, and can watch "
                              "its caches");
        finding_mend(finding, "echo off > /sys/devices/system/cpu/smt/control, for figures that "
                              "can be compared");
    }
}

void probe_machine(struct findings *findings)
{
    probe_cpus(findings);
    probe_hypervisor(findings);
    probe_clock(findings);
    probe_noise(findings);
}
