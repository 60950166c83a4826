/* SPDX-License-Identifier: MIT */
/*
 * run_program.c - run programs from start to end with one call each.
 *
 * The program is the host's own shell, which no policy of ours lets start other
 * programs: good enough to show each way in which a run can end.
 */
#include <stdio.h>
#include <string.h>

#include "dualpipe.h"

/* What the shell is told to do, and how that must end. */
struct demonstration {
    const char *script;
    enum dualpipe_verdict verdict;
    const char *output; /* what must arrive on standard output */
};

static const struct demonstration demonstrations[] = {
    {"read name; echo \"Hello, $name.\"; echo 'It is warm in here.' >&2", DUALPIPE_OK,
     "Hello, world.\n"},
    {"echo 'I give up.'; exit 3", DUALPIPE_NONZERO_EXIT, "I give up.\n"},
    {"kill -TERM $$", DUALPIPE_SIGNALLED, ""},
    {"while :; do :; done", DUALPIPE_TIME_LIMIT, ""},
    {"/bin/true; echo 'I started another program.'", DUALPIPE_VIOLATION, ""},
};

static void print_result(const char *script, const struct dualpipe_result *result,
                         const char *output, const char *errors)
{
    printf("$ %s\n", script);
    printf("%s%s", output, errors);
    printf("  => %s: %s\n", dualpipe_verdict_name(result->verdict), result->reason);
    printf("     %.3f s of CPU, %.3f s in all, peak memory %.1f MiB\n\n",
           (double)result->usage.cpu_us / 1e6, (double)result->usage.wall_us / 1e6,
           (double)result->usage.memory_peak_bytes / (double)DUALPIPE_MEBIBYTES(1));
}

/* Run one script and print what came of it. Returns whether it ended as it should. */
static bool run_script(const struct demonstration *demonstration,
                       const struct dualpipe_policy *policy)
{
    static const char input[] = "world\n";
    const char *const argv[] = {"/bin/sh", "-c", demonstration->script, NULL};
    char output[200] = "", errors[200] = ""; /* zeroed, and one byte never given away */
    struct dualpipe_result result = {0};
    struct dualpipe_error error = {0};
    char text[500];
    const struct dualpipe_job job = {
        .argv = argv,
        .policy = policy,
        .limits = {.cpu_us = DUALPIPE_MILLISECONDS(500),
                   .wall_us = DUALPIPE_SECONDS(10),
                   .memory_bytes = DUALPIPE_MEBIBYTES(64),
                   .output_bytes = DUALPIPE_MEBIBYTES(1)},
        .standard_input = {.route = DUALPIPE_ROUTE_BUFFER,
                           .buffer = (void *)input, /* input is only read */
                           .buffer_size = strlen(input)},
        .standard_output = {.route = DUALPIPE_ROUTE_BUFFER,
                            .buffer = output,
                            .buffer_size = sizeof(output) - 1},
        .standard_error = {.route = DUALPIPE_ROUTE_BUFFER,
                           .buffer = errors,
                           .buffer_size = sizeof(errors) - 1},
    };

    if (dualpipe_run(&job, &result, &error) < 0) { /* the box failed, not the target */
        fprintf(stderr, "run_program: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return false;
    }
    print_result(demonstration->script, &result, output, errors);
    return result.verdict == demonstration->verdict && strcmp(output, demonstration->output) == 0;
}

int main(void)
{
    struct dualpipe_policy *policy;
    struct dualpipe_error error = {0};
    char text[500];
    bool as_expected = true;

    /* For compiled programs: files, memory and threads; no network, no processes. */
    if (dualpipe_policy_load(&policy, "native", &error) < 0) {
        fprintf(stderr, "run_program: %s\n", dualpipe_error_text(&error, text, sizeof(text)));
        return 1;
    }
    for (size_t i = 0; i < sizeof(demonstrations) / sizeof(demonstrations[0]); i++)
        as_expected &= run_script(&demonstrations[i], policy);
    dualpipe_policy_free(policy);

    puts(as_expected ? "All of them ended as they should."
                     : "Not all of them ended as they should.");
    return as_expected ? 0 : 1;
}
