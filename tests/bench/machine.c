/* SPDX-License-Identifier: MIT */
/* machine.c - see machine.h. */
#include "machine.h"

#include "dualpipe.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define LOAD_MAX 0.25 /* for each CPU */
#define STEAL_MAX 0.02

/* The value of a line of a file of "key : value" lines. */
static void read_line(const char *path, const char *key, char *value, size_t size)
{
    FILE *file = fopen(path, "re");
    char line[4096];

    snprintf(value, size, "unknown");
    while (file && fgets(line, sizeof(line), file)) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, key, strlen(key)) != 0 || !colon)
            continue;
        colon += 1 + strspn(colon + 1, " \t");
        snprintf(value, size, "%.*s", (int)strcspn(colon, "\n"), colon);
        break;
    }
    if (file)
        fclose(file);
}

static bool has_hypervisor(void)
{
    char flags[4096];

    read_line("/proc/cpuinfo", "flags", flags, sizeof(flags));
    return strstr(flags, " hypervisor") != NULL;
}

static void read_ticks(long long ticks[2])
{
    long long value[8] = {0};
    FILE *file = fopen("/proc/stat", "re");

    ticks[0] = ticks[1] = 0;
    if (file && fscanf(file, "cpu %lld %lld %lld %lld %lld %lld %lld %lld", &value[0], &value[1],
                       &value[2], &value[3], &value[4], &value[5], &value[6], &value[7]) == 8) {
        ticks[0] = value[7];
        for (int i = 0; i < 8; i++)
            ticks[1] += value[i];
    }
    if (file)
        fclose(file);
}

void machine_look(struct machine *machine)
{
    struct utsname system;
    cpu_set_t cpus;

    *machine = (struct machine){0};
    read_line("/proc/cpuinfo", "model name", machine->processor, sizeof(machine->processor));
    uname(&system);
    snprintf(machine->kernel, sizeof(machine->kernel), "%s", system.release);
    CPU_ZERO(&cpus);
    sched_getaffinity(0, sizeof(cpus), &cpus);
    machine->cpus = CPU_COUNT(&cpus);
    machine->memory_mib = sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024);
    machine->is_virtual = has_hypervisor();
    machine->uid = geteuid();
    getloadavg(&machine->load, 1);
    read_ticks(machine->started);
}

void machine_look_again(struct machine *machine)
{
    long long now[2];

    read_ticks(now);
    if (now[1] > machine->started[1])
        machine->steal =
            (double)(now[0] - machine->started[0]) / (double)(now[1] - machine->started[1]);
}

void machine_print(const struct machine *machine, FILE *out)
{
    fprintf(out, "dualpipe %s on Linux %s, %s, %d CPUs%s, %ld MiB, load %.2f, as user %u\n",
            dualpipe_version(), machine->kernel, machine->processor, machine->cpus,
            machine->is_virtual ? " (virtual)" : "", machine->memory_mib, machine->load,
            machine->uid);
    if (machine_is_busy(machine))
        fputs("OTHER WORK RUNS ON THIS MACHINE: the figures will not tell much\n", out);
    fputc('\n', out);
}

bool machine_is_busy(const struct machine *machine)
{
    return machine->load > LOAD_MAX * machine->cpus || machine->steal > STEAL_MAX;
}
