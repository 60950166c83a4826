/* SPDX-License-Identifier: MIT */
/*
 * bench.c - what a box costs, beside everything else that could be done instead.
 *
 * Times depend on the machine and on the hour: compare ratios, which come from
 * the same rounds, and figures of one run only. To be run as root and as an
 * ordinary user, who get different boxes.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "goals.h"
#include "groups.h"
#include "json.h"
#include "machine.h"
#include "plot.h"

#define EFFORT_QUICK 0.2
#define EFFORT_MAX 1000.0

static const char usage[] =
    "usage: dualpipe_bench [--quick] [--effort FACTOR] [--only NAME,...] [--list]\n"
    "                      [--json FILE] [--svg FILE]\n"
    "Measures what runs cost, in interleaved rounds, and prints tables; then the goals.\n"
    "It takes some four minutes; --quick a fifth of the rounds, --effort so many times.\n";

struct options {
    double effort;
    const char *only; /* names of parts, by commas, or NULL */
    const char *json;
    const char *svg;
    bool lists;
};

/* In this order. The soak comes last: its pool gives this process threads. */
static const struct part {
    const char *name;
    int (*measure)(struct bench *bench);
    const char *what;
} parts[] = {
    {"start", measure_start, "one run of each of four programs, by everyone"},
    {"parts", measure_parts, "what the command costs before it makes a box"},
    {"paced", measure_paced, "runs now and then: 20 and 100 of them a second"},
    {"one-core", measure_one_core, "run after run on one CPU, preparation counted"},
    {"warm", measure_warm, "a Python program by warm interpreters"},
    {"cores", measure_cores, "runs a second on one CPU and on two"},
    {"hosts", measure_hosts, "from a small host and from one of 1 GiB"},
    {"trips", measure_round_trips, "a byte to the target and back"},
    {"output", measure_output, "100 MiB of output"},
    {"filters", measure_filters, "what a filter costs each call"},
    {"limits", measure_limits, "how late limits are"},
    {"soak", measure_soak, "20,000 runs: as fast at the end, nothing left"},
};

static bool is_chosen(const struct options *options, const char *name)
{
    const size_t length = strlen(name);

    if (!options->only)
        return true;
    for (const char *at = options->only; at; at = strchr(at, ',')) {
        if (*at == ',')
            at++;
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

static bool parse_effort(const char *text, double *effort)
{
    char *end;

    *effort = strtod(text, &end);
    return *end == '\0' && *effort > 0 && *effort <= EFFORT_MAX;
}

/* Returns whether the command line could be understood. */
static bool parse_options(struct options *options, int argc, char **argv)
{
    static const struct option long_options[] = {
        {"quick", no_argument, NULL, 'q'},
        {"effort", required_argument, NULL, 'e'},
        {"only", required_argument, NULL, 'o'},
        {"list", no_argument, NULL, 'l'},
        {"json", required_argument, NULL, 'j'},
        {"svg", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    int option;

    *options = (struct options){.effort = 1};
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (option) {
        case 'q':
            options->effort = EFFORT_QUICK;
            break;
        case 'e':
            if (!parse_effort(optarg, &options->effort))
                return false;
            break;
        case 'o':
            options->only = optarg;
            break;
        case 'j':
            options->json = optarg;
            break;
        case 's':
            options->svg = optarg;
            break;
        case 'l':
            options->lists = true;
            break;
        default:
            return false;
        }
    }
    return optind == argc;
}

static void list_parts(void)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        printf("%-10s %s\n", parts[i].name, parts[i].what);
}

/* A part that cannot be measured does not keep the others from it. */
static int measure_parts_chosen(struct bench *bench, const struct options *options)
{
    int failed = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const int status = is_chosen(options, parts[i].name) ? parts[i].measure(bench) : 0;

        if (status < 0) {
            fprintf(stderr, "dualpipe_bench: %s: %s\n", parts[i].name, strerror(-status));
            failed = 1;
        }
    }
    return failed;
}

static FILE *open_output(const char *path)
{
    FILE *file = path ? fopen(path, "we") : NULL;

    if (path && !file)
        fprintf(stderr, "dualpipe_bench: %s: %s\n", path, strerror(errno));
    return file;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct options options;
    struct machine machine;
    FILE *json, *svg;
    int failed;

    if (!parse_options(&options, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    if (options.lists) {
        list_parts();
        return 0;
    }
    json = open_output(options.json);
    svg = open_output(options.svg);
    if ((options.json && !json) || (options.svg && !svg))
        return 2;
    bench.text = stdout;
    bench.effort = options.effort;
    machine_look(&machine);
    machine_print(&machine, stdout);
    failed = measure_parts_chosen(&bench, &options);
    machine_look_again(&machine);
    goals_print(&bench, stdout);
    if (machine_is_busy(&machine))
        puts("OTHER WORK RAN ON THIS MACHINE: measure again when it is idle");
    if (json)
        json_write(json, &machine, &bench);
    if (svg)
        plot_write(svg, &machine, &bench.results);
    if ((json && fclose(json) != 0) || (svg && fclose(svg) != 0)) {
        fprintf(stderr, "dualpipe_bench: %s\n", strerror(errno));
        failed = 1;
    }
    results_release(&bench.results);
    return failed ? 2 : 0;
}
