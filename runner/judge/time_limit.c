/* SPDX-License-Identifier: MIT */
/* time_limit.c - see time_limit.h. */
#include "time_limit.h"

#include "glob.h"
#include "judgement_release.h"
#include "time_bounds.h"

#include "../words.h"

#include <stdlib.h>

#define CAP_US DUALPIPE_SECONDS(60)

static bool is_bounding(const struct example *example)
{
    for (size_t i = 0; i < example->expectation_count; i++) {
        if (example->expectations[i].time_limit_use == 1)
            return true;
    }
    return false;
}

/* The slowest of the cases that a bounding rule is about. */
static int64_t slowest(const struct example *example, const struct judge_submission *submission)
{
    int64_t most = 0;

    for (size_t i = 0; i < example->expectation_count; i++) {
        const struct expectation *expectation = &example->expectations[i];

        for (size_t k = 0; expectation->time_limit_use == 1 && k < submission->case_count; k++) {
            const struct judge_case *made = &submission->cases[k];

            if (made->was_run && made->run.usage.cpu_us > most &&
                (!expectation->cases || glob_matches(expectation->cases, made->name)))
                most = made->run.usage.cpu_us;
        }
    }
    return most;
}

int time_limit_find(struct judging *judging, char **error)
{
    struct problem *problem = &judging->problem;
    int64_t most_us = 0;
    unsigned used = 0;

    judging->limits = (struct dualpipe_limits){.cpu_us = CAP_US,
                                               .wall_us = 2 * CAP_US,
                                               .memory_bytes = problem->memory_bytes,
                                               .output_bytes = problem->output_bytes};
    for (size_t i = 0; i < problem->example_count && !judging_is_cancelled(judging); i++) {
        struct judge_submission submission;
        int64_t us;

        if (!is_bounding(&problem->examples[i]))
            continue;
        judging->goes_on = problem->format == FORMAT_2025_09;
        judging_submission(judging, NULL, &problem->examples[i], &submission);
        judging->goes_on = judging->options->all;
        us = slowest(&problem->examples[i], &submission);
        judge_submission_release(&submission);
        used += us > 0;
        most_us = us > most_us ? us : most_us;
    }
    if (used == 0) {
        *error = text_print("%s: the package names no time limit, and has no accepted submission "
                            "that could be run to find one; give --time",
                            problem->path);
        return -1;
    }
    problem->time_limit_s = time_limit_of((double)most_us * 1e-6, problem->ac_to_time_limit,
                                          problem->time_resolution_s);
    problem_warn(
        problem,
        "the package names no time limit: %g s, from %u submission%s of its own%s took %.3f s",
        problem->time_limit_s, used, used == 1 ? "" : "s",
        used == 1 ? ", which" : ", the slowest of which", (double)most_us * 1e-6);
    return 0;
}

void time_limit_check(struct judging *judging, const struct example *example,
                      const struct judge_submission *submission)
{
    struct problem *problem = &judging->problem;
    const double slowest_s = (double)slowest(example, submission) * 1e-6;
    const size_t told = problem->warnings.count;

    if (problem->format != FORMAT_2025_09 || problem->time_limit_s <= 0 ||
        judging->options->limits.cpu_us ||
        time_limit_leaves(problem->time_limit_s, slowest_s, problem->ac_to_time_limit))
        return;
    problem_warn(problem,
                 "%s took %.3f s here: times ac_to_time_limit (%g) that is more than the time "
                 "limit of %g s",
                 example->path, slowest_s, problem->ac_to_time_limit, problem->time_limit_s);
    judging_tell_warnings(judging, told);
}
