/* SPDX-License-Identifier: MIT */
/*
 * probe_policies.c - the proof of all the rest: a run under each built-in
 * policy, with all of its layers, attested.
 */
#include "dualpipe.h"
#include "probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUNS 5 /* the median of their times is told */

static int do_nothing(void *unused)
{
    (void)unused;
    return 0;
}

/* strict and static start no program of the system's. */
static void choose_target(struct dualpipe_job *job, const char *name)
{
    static const char *const program[] = {"/bin/true", NULL};

    if (strcmp(name, "strict") == 0 || strcmp(name, "static") == 0)
        job->function = do_nothing;
    else
        job->argv = program;
}

static int compare(const void *one, const void *other)
{
    const int64_t a = *(const int64_t *)one;
    const int64_t b = *(const int64_t *)other;

    return (a > b) - (a < b);
}

/* Many policies fail for one reason: it is told once. */
static bool is_told(const struct findings *findings, const char *text)
{
    for (size_t i = 0; i < findings->count; i++) {
        if (strcmp(findings->list[i].cost, text) == 0)
            return true;
    }
    return false;
}

static void put_failure(struct findings *findings, const char *name,
                        const struct dualpipe_result *result, const struct dualpipe_error *error)
{
    struct finding *finding = finding_add(findings, name, FINDING_MISSING, "does not run");
    char text[sizeof(finding->cost)];

    if (error->step != DUALPIPE_STEP_NONE)
        dualpipe_error_text(error, text, sizeof(text));
    else
        (void)snprintf(text, sizeof(text), "%s: %s", dualpipe_verdict_name(result->verdict),
                       result->reason);
    if (is_told(findings, text))
        finding_cost(finding, "as above");
    else
        finding_cost(finding, "%s", text);
}

static void probe_policy(struct findings *findings, const char *name)
{
    struct dualpipe_error error = {0};
    struct dualpipe_result result = {0};
    struct dualpipe_policy *policy = NULL;
    struct dualpipe_job job = {0};
    int64_t setup_us[RUNS];
    int runs = 0;

    choose_target(&job, name);
    if (dualpipe_policy_load(&policy, name, &error) == 0) {
        job.policy = policy;
        while (runs < RUNS && dualpipe_run(&job, &result, &error) == 0 &&
               result.verdict == DUALPIPE_OK && result.attested)
            setup_us[runs++] = result.usage.setup_us;
    }
    dualpipe_policy_free(policy);
    if (runs < RUNS) {
        put_failure(findings, name, &result, &error);
        return;
    }
    qsort(setup_us, RUNS, sizeof(setup_us[0]), compare);
    finding_add(findings, name, FINDING_FINE,
                "runs in full; a box is made in %" PRId64 ".%" PRId64 " ms",
                setup_us[RUNS / 2] / 1000, setup_us[RUNS / 2] % 1000 / 100);
}

void probe_policies(struct findings *findings)
{
    const char *name;

    for (size_t i = 0; (name = dualpipe_policy_builtin(i)) != NULL; i++)
        probe_policy(findings, name);
}
