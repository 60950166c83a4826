/* SPDX-License-Identifier: MIT */
/* scoring.c - see scoring.h: the groups of 2025-09, and what all formats share. */
#include "scoring.h"

#include "scoring_parts.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLACK (8 * DBL_EPSILON) /* sums of parts of a maximum are rounded */

bool scoring_stops_early(const struct problem *problem)
{
    if (problem->kind & JUDGE_SCORING)
        return false;
    for (size_t i = 0; i < problem->group_count; i++) {
        const struct group *group = &problem->groups[i];

        if (group->goes_on || group->accepts_any || group->custom_grading ||
            group->verdict_mode == VERDICT_ALWAYS_ACCEPT || group->ignores_sample)
            return false;
    }
    return true;
}

static const struct group *find_group(const struct problem *problem, const char *name)
{
    for (size_t i = 0; i < problem->group_count; i++) {
        if (strcmp(problem->groups[i].name, name) == 0)
            return &problem->groups[i];
    }
    return NULL;
}

/* A package without one is refused when it is read: there are no tests then. */
static const struct group *secret_of(const struct problem *problem)
{
    const struct group *secret = find_group(problem, "secret");

    return secret ? secret : &problem->groups[0];
}

static bool lies_in(const char *name, const char *group)
{
    const size_t length = strlen(group);

    return length == 0 || (strncmp(name, group, length) == 0 && name[length] == '/');
}

static bool all_accepted(const struct judge_case *cases, size_t count, const char *group)
{
    for (size_t i = 0; i < count; i++) {
        if (lies_in(cases[i].name, group) && cases[i].verdict != JUDGE_ACCEPTED)
            return false;
    }
    return true;
}

/* The group's own demands, and those of secret around it. */
static bool meets_requirements(const struct group *group, const struct judge_case *cases,
                               size_t count, const char **missing)
{
    for (size_t i = 0; group && i < group->require_pass.count; i++) {
        *missing = group->require_pass.items[i];
        if (!all_accepted(cases, count, *missing))
            return false;
    }
    return true;
}

bool scoring_must_wait(const struct problem *problem, size_t index)
{
    const struct group *group = &problem->groups[problem->tests[index].group];
    const struct group *secret = secret_of(problem);

    if (problem->format != FORMAT_2025_09 || !(problem->kind & JUDGE_SCORING))
        return false;
    return group->require_pass.count > 0 ||
           (secret->require_pass.count > 0 && lies_in(problem->tests[index].name, "secret"));
}

bool scoring_wants_case(const struct problem *problem, const struct judge_case *cases, size_t index,
                        char **why)
{
    const struct test *test = &problem->tests[index];
    const struct group *group = &problem->groups[test->group];
    const struct group *secret = secret_of(problem);
    const char *missing;

    if (problem->format != FORMAT_2025_09 || !(problem->kind & JUDGE_SCORING))
        return true;
    if (!meets_requirements(group, cases, index, &missing) ||
        (lies_in(test->name, "secret") && !meets_requirements(secret, cases, index, &missing))) {
        *why = text_print("not run: %s, which it requires, was not passed", missing);
        return false;
    }
    return true;
}

struct judge_group *scoring_add_group(struct judge_submission *submission, const char *name)
{
    struct judge_group *made = GROW(submission->groups, submission->group_count);

    *made = (struct judge_group){.name = text_copy(name)};
    return made;
}

static void blame(struct judge_case *made, char *reason)
{
    free(made->reason);
    made->reason = reason;
    made->verdict = JUDGE_JUDGE_ERROR;
}

/* The most that one of several cases can bring; INFINITY: unbounded. What the
 * static validator may give is not shared by the others. */
static double case_maximum(const struct group *group, const struct test *test, size_t count)
{
    if (test->is_static)
        return group->static_score;
    if (!group->is_bounded)
        return INFINITY;
    return group->aggregation == AGGREGATE_SUM && count > 0
               ? (group->max_score - (group->has_static ? group->static_score : 0)) / (double)count
               : group->max_score;
}

static void score_case(const struct group *group, double maximum, struct judge_case *made)
{
    const bool has_score = made->score.known;
    double points = 0;

    if (made->verdict != JUDGE_ACCEPTED) {
        made->score = (struct judge_score){true, 0};
        return;
    }
    if (group->aggregation == AGGREGATE_PASS_FAIL) {
        if (has_score || made->has_multiplier)
            blame(made, text_copy("the validator left a score in a group with pass-fail "
                                  "aggregation"));
        made->score = (struct judge_score){0};
        return;
    }
    if (isinf(maximum) && made->has_multiplier)
        blame(made, text_copy("the validator left a score_multiplier.txt, and the score has no "
                              "bound"));
    else if (isinf(maximum) && !has_score)
        blame(made, text_copy("the validator accepted without a score.txt, and the score has no "
                              "bound"));
    else if (has_score && made->score.points > maximum * (1 + SLACK))
        blame(made, text_print("the validator gave %g points, and the case has %g at most",
                               made->score.points, maximum));
    else
        points = has_score              ? made->score.points
                 : made->has_multiplier ? made->multiplier * maximum
                                        : maximum;
    made->score = (struct judge_score){true, points};
}

/* The first that is not accepted; a fault of ours before all. */
static const struct judge_case *telling_case(const struct judge_submission *submission,
                                             const char *group)
{
    const struct judge_case *telling = NULL;

    for (size_t i = 0; i < submission->case_count; i++) {
        const struct judge_case *made = &submission->cases[i];

        if (!lies_in(made->name, group))
            continue;
        if (made->verdict == JUDGE_JUDGE_ERROR)
            return made;
        if (made->verdict == JUDGE_ACCEPTED)
            continue;
        if (!telling || (telling->verdict == JUDGE_SKIPPED && made->verdict != JUDGE_SKIPPED))
            telling = made;
    }
    return telling;
}

void scoring_take(struct sum *sum, double points)
{
    sum->total += points;
    sum->least = sum->count == 0 || points < sum->least ? points : sum->least;
    sum->most = sum->count == 0 || points > sum->most ? points : sum->most;
    sum->count++;
}

static double give(const struct group *group, const struct sum *sum, bool passed)
{
    switch (group->aggregation) {
    case AGGREGATE_SUM:
        return sum->total;
    case AGGREGATE_MIN:
        return sum->count ? sum->least : 0;
    default:
        return passed ? group->max_score : 0;
    }
}

/* One group of secret, or secret itself where it has cases. */
static double score_group(const struct problem *problem, const struct group *group,
                          struct judge_submission *submission)
{
    const size_t index = (size_t)(group - problem->groups);
    struct sum sum = {0};
    size_t count = 0;

    for (size_t i = 0; i < problem->test_count; i++)
        count += problem->tests[i].group == index && !problem->tests[i].is_static;
    for (size_t i = 0; i < problem->test_count; i++) {
        if (problem->tests[i].group != index)
            continue;
        score_case(group, case_maximum(group, &problem->tests[i], count), &submission->cases[i]);
        scoring_take(&sum, submission->cases[i].score.points);
    }
    return give(group, &sum, all_accepted(submission->cases, submission->case_count, group->name));
}

static bool has_cases(const struct problem *problem, size_t group)
{
    for (size_t i = 0; i < problem->test_count; i++) {
        if (problem->tests[i].group == group && !problem->tests[i].is_static)
            return true;
    }
    return false;
}

static void tell_group(struct judge_submission *submission, const struct group *group,
                       double points)
{
    struct judge_group *made = scoring_add_group(submission, group->name);
    const struct judge_case *telling = telling_case(submission, group->name);

    made->verdict = telling ? telling->verdict : JUDGE_ACCEPTED;
    made->score = (struct judge_score){true, points};
    made->max_score = (struct judge_score){group->is_bounded, group->max_score};
}

/* The static validator's case of secret itself, beside its groups. */
static void take_static(const struct problem *problem, const struct group *secret,
                        struct judge_submission *submission, struct sum *sum)
{
    for (size_t i = 0; i < problem->test_count; i++) {
        const struct test *test = &problem->tests[i];

        if (&problem->groups[test->group] != secret || !test->is_static)
            continue;
        score_case(secret, secret->static_score, &submission->cases[i]);
        scoring_take(sum, submission->cases[i].score.points);
    }
}

static void finish_2025(const struct problem *problem, struct judge_submission *submission)
{
    const struct group *secret = secret_of(problem);
    const bool has_groups = !has_cases(problem, (size_t)(secret - problem->groups));
    struct sum sum = {0};
    double points;

    for (size_t i = 0; i < problem->test_count; i++) {
        if (lies_in(problem->tests[i].name, "sample"))
            submission->cases[i].score = (struct judge_score){0};
    }
    for (size_t i = 0; i < problem->group_count && has_groups; i++) {
        const struct group *group = &problem->groups[i];

        if (!lies_in(group->name, "secret"))
            continue;
        points = score_group(problem, group, submission);
        tell_group(submission, group, points);
        scoring_take(&sum, points);
    }
    if (has_groups)
        take_static(problem, secret, submission, &sum);
    points = has_groups ? give(secret, &sum,
                               all_accepted(submission->cases, submission->case_count, "secret"))
                        : score_group(problem, secret, submission);
    tell_group(submission, secret, points);
    submission->score = (struct judge_score){true, points};
    if (secret->is_bounded && points > secret->max_score * (1 + SLACK)) {
        submission->verdict = JUDGE_JUDGE_ERROR;
        submission->reason = text_print("the score %g exceeds the max_score %g of secret", points,
                                        secret->max_score);
    }
}

static void find_verdict(struct judge_submission *submission)
{
    const struct judge_case *telling = telling_case(submission, "");

    if (submission->reason) /* it is settled */
        return;
    submission->verdict = telling ? telling->verdict : JUDGE_ACCEPTED;
    submission->reason =
        telling ? text_print("%s: %s", telling->name, telling->reason ? telling->reason : "")
                : text_copy("all cases are accepted");
}

static void sum_points(struct judge_submission *submission)
{
    for (size_t i = 0; i < submission->case_count; i++) {
        if (!submission->cases[i].score.known)
            continue;
        submission->score.known = true;
        submission->score.points += submission->cases[i].score.points;
    }
}

static void find_maxima(struct judge_submission *submission)
{
    submission->memory_peak_bytes = DUALPIPE_UNKNOWN;
    for (size_t i = 0; i < submission->case_count; i++) {
        const struct judge_case *made = &submission->cases[i];

        if (!made->was_run)
            continue;
        if (made->run.usage.cpu_us > submission->cpu_us)
            submission->cpu_us = made->run.usage.cpu_us;
        if (made->run.usage.memory_peak_bytes > submission->memory_peak_bytes)
            submission->memory_peak_bytes = made->run.usage.memory_peak_bytes;
    }
}

void scoring_finish(const struct problem *problem, const struct grader *grader,
                    struct judge_submission *submission)
{
    find_maxima(submission);
    if (problem->format == FORMAT_2025_09 && (problem->kind & JUDGE_SCORING))
        finish_2025(problem, submission);
    else if (problem->format == FORMAT_LEGACY || problem->format == FORMAT_LEGACY_ICPC)
        scoring_finish_legacy(problem, grader, submission);
    else if (problem->format == FORMAT_FOLDER)
        sum_points(submission);
    find_verdict(submission);
}

struct judge_score scoring_max(const struct problem *problem)
{
    const struct group *secret = secret_of(problem);
    const struct group *root = &problem->groups[0];

    if (!(problem->kind & JUDGE_SCORING))
        return (struct judge_score){0};
    if (problem->format == FORMAT_2025_09)
        return (struct judge_score){secret->is_bounded, secret->max_score};
    return (struct judge_score){isfinite(root->range_high) != 0, root->range_high};
}
