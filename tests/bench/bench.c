/* SPDX-License-Identifier: MIT */
/*
 * bench.c - what a box costs, beside the same thing without one.
 *
 * Usage: dualpipe_bench [--quick] [--rounds N] [--json]
 *
 * Times depend on the machine and on the hour: compare ratios, which come from
 * the same rounds, and figures of one run only. To be run as root and as an
 * ordinary user, who get different boxes.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "groups.h"

#define ROUNDS 400
#define ROUNDS_QUICK 40
#define ROUNDS_MAX 100000

/* The processor's name, or "unknown". */
static void read_processor(char *name, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "re");
    char line[256];

    snprintf(name, size, "unknown");
    while (file && fgets(line, sizeof(line), file)) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) == 0 && colon) {
            snprintf(name, size, "%.*s", (int)strcspn(colon + 2, "\n\"\\"), colon + 2);
            break;
        }
    }
    if (file)
        fclose(file);
}

static void print_machine(const struct run *run)
{
    char processor[128];
    struct utsname system;
    double load = 0;
    cpu_set_t cpus;

    read_processor(processor, sizeof(processor));
    uname(&system);
    CPU_ZERO(&cpus);
    sched_getaffinity(0, sizeof(cpus), &cpus);
    getloadavg(&load, 1);
    fprintf(run->out,
            run->json ? "{\"dualpipe\": \"%s\", \"kernel\": \"%s\", \"processor\": \"%s\", "
                        "\"cpus\": %d, \"load\": %.2f, \"uid\": %u, \"groups\": ["
                      : "dualpipe %s on Linux %s, %s, %d CPUs, load %.2f, as user %u\n\n",
            dualpipe_version(), system.release, processor, CPU_COUNT(&cpus), load,
            (unsigned)geteuid());
}

static bool parse_rounds(const char *text, unsigned *rounds)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (*end != '\0' || number < 1 || number > ROUNDS_MAX)
        return false;
    *rounds = (unsigned)number;
    return true;
}

/* Returns whether the command line could be understood. */
static bool parse_options(struct run *run, int argc, char **argv)
{
    static const struct option options[] = {
        {"quick", no_argument, NULL, 'q'},
        {"rounds", required_argument, NULL, 'r'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'q')
            run->rounds = ROUNDS_QUICK;
        else if (option == 'j')
            run->json = true;
        else if (option != 'r' || !parse_rounds(optarg, &run->rounds))
            return false;
    }
    return optind == argc;
}

/* Keep to the CPU that we are on, and so do all that we start. */
static int stay_on_cpu(void)
{
    int cpu = sched_getcpu();
    cpu_set_t one;

    if (cpu < 0)
        return -errno;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof(one), &one) < 0 ? -errno : 0;
}

/* The scheduler may put both ends of a pipe on one CPU or on two, which differs
 * more than anything else: so that is measured as it comes, and then settled. */
static int measure_all(struct run *run, const struct dualpipe_policy *policy)
{
    int status = measure_start(run, policy);

    if (status == 0)
        status = measure_round_trips(run, policy, false);
    if (status == 0)
        status = measure_output(run, policy, false);
    if (status == 0)
        status = stay_on_cpu();
    if (status == 0)
        status = measure_round_trips(run, policy, true);
    if (status == 0)
        status = measure_output(run, policy, true);
    return status;
}

int main(int argc, char **argv)
{
    struct run run = {.out = stdout, .rounds = ROUNDS};
    struct dualpipe_policy *policy;
    struct dualpipe_error error = {0};
    char text[500];
    int status;

    if (!parse_options(&run, argc, argv)) {
        fputs("usage: dualpipe_bench [--quick] [--rounds N] [--json]\n", stderr);
        return 2;
    }
    if (dualpipe_policy_load(&policy, "native", &error) < 0) {
        fprintf(stderr, "dualpipe_bench: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return 2;
    }
    print_machine(&run);
    status = measure_all(&run, policy);
    if (run.json)
        puts("]}");
    dualpipe_policy_free(policy);
    if (status < 0)
        fprintf(stderr, "dualpipe_bench: %s\n", strerror(-status));
    return status < 0 ? 2 : 0;
}
