/* SPDX-License-Identifier: MIT */
/* verify.c - see verify.h. */
#include "verify.h"

#include "glob.h"
#include "scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCORE_GAP 1e-6

static bool is_in(uint32_t set, enum judge_verdict verdict)
{
    return (set >> verdict & 1) != 0;
}

/* The verdicts of a set, for people. */
static char *set_in_words(uint32_t set)
{
    char *text = text_copy("");

    for (unsigned i = 0; i < JUDGE_VERDICT_COUNT; i++) {
        char *longer;

        if (!(set >> i & 1))
            continue;
        longer = text_print("%s%s%s", text, text[0] ? ", " : "",
                            judge_verdict_name((enum judge_verdict)i));
        free(text);
        text = longer;
    }
    return text;
}

/* A judge-error comes with its reason, which is what has to be mended. */
static char *say_wrong(const char *where, enum judge_verdict verdict, const char *reason,
                       uint32_t set)
{
    const bool is_told = verdict == JUDGE_JUDGE_ERROR && reason;
    char *words = set_in_words(set);
    char *text = text_print("%s is %s%s%s%s; expected: %s", where, judge_verdict_name(verdict),
                            is_told ? " (" : "", is_told ? reason : "", is_told ? ")" : "", words);

    free(words);
    return text;
}

/* One verdict for all cases: nothing was run, or the rule is about the total. */
static char *check_total(const struct expectation *expectation,
                         const struct judge_submission *submission)
{
    const enum judge_verdict verdict = submission->verdict;
    const uint32_t wanted = expectation->permitted ? expectation->permitted : expectation->required;

    if ((expectation->permitted && !is_in(expectation->permitted, verdict)) ||
        (expectation->required && !is_in(expectation->required, verdict)))
        return say_wrong("it", verdict, submission->reason, wanted);
    return NULL;
}

static char *check_cases(const struct problem *problem, const struct expectation *expectation,
                         const struct judge_submission *submission)
{
    bool has_required = expectation->required == 0;
    bool has_case = false;

    for (size_t i = 0; i < submission->case_count; i++) {
        const struct judge_case *made = &submission->cases[i];

        if (made->verdict == JUDGE_SKIPPED ||
            (expectation->cases && !glob_matches(expectation->cases, made->name)))
            continue;
        has_case = true;
        if (made->verdict == JUDGE_JUDGE_ERROR &&
            !is_in(expectation->permitted, JUDGE_JUDGE_ERROR) &&
            !is_in(expectation->required, JUDGE_JUDGE_ERROR))
            return say_wrong(made->name, made->verdict, made->reason,
                             expectation->permitted | expectation->required);
        if (expectation->permitted && !is_in(expectation->permitted, made->verdict))
            return say_wrong(made->name, made->verdict, made->reason, expectation->permitted);
        has_required = has_required || is_in(expectation->required, made->verdict);
    }
    (void)problem;
    if (!has_required && has_case) {
        char *words = set_in_words(expectation->required);
        char *text = text_print("no case is one of: %s", words);

        free(words);
        return text;
    }
    return NULL;
}

static const struct judge_group *find_group(const struct judge_submission *submission,
                                            const char *name)
{
    for (size_t i = 0; i < submission->group_count; i++) {
        if (strcmp(submission->groups[i].name, name) == 0)
            return &submission->groups[i];
    }
    return NULL;
}

static char *check_score(const struct expectation *expectation,
                         const struct judge_submission *submission)
{
    const struct judge_group *group =
        expectation->cases ? find_group(submission, expectation->cases) : NULL;
    const struct judge_score *score = group ? &group->score : &submission->score;

    if (!expectation->has_score)
        return NULL;
    if (!score->known)
        return text_copy("it has no score, and one is expected");
    if (score->points < expectation->score_low - SCORE_GAP ||
        score->points > expectation->score_high + SCORE_GAP)
        return text_print("its score is %g; expected: %g to %g", score->points,
                          expectation->score_low, expectation->score_high);
    return NULL;
}

/* legacy's partially_accepted. */
static char *check_partial(const struct problem *problem, const struct judge_submission *submission)
{
    const struct group *root = &problem->groups[0];
    const double best = problem->minimizes ? root->range_low : root->range_high;

    if (submission->verdict != JUDGE_ACCEPTED)
        return say_wrong("it", submission->verdict, submission->reason,
                         UINT32_C(1) << JUDGE_ACCEPTED);
    if (submission->score.known && isfinite(best) &&
        fabs(submission->score.points - best) <= SCORE_GAP)
        return text_print("its score is the best there is (%g)", best);
    return NULL;
}

static char *check_message(const struct expectation *expectation,
                           const struct judge_submission *submission)
{
    if (!expectation->message || !expectation->message[0])
        return NULL;
    for (size_t i = 0; i < submission->case_count; i++) {
        const struct judge_case *made = &submission->cases[i];

        if (made->message && strstr(made->message, expectation->message) &&
            (!expectation->cases || glob_matches(expectation->cases, made->name)))
            return NULL;
    }
    return text_print("no judgemessage.txt says \"%s\"", expectation->message);
}

static bool was_run(const struct judge_submission *submission)
{
    for (size_t i = 0; i < submission->case_count; i++) {
        if (submission->cases[i].verdict != JUDGE_SKIPPED)
            return true;
    }
    return false;
}

/* Accepted in total, though a case of a scoring problem was not: what legacy's
 * graders make of it counts. */
static bool counts_in_total(const struct problem *problem, const struct expectation *expectation,
                            const struct judge_submission *submission)
{
    return expectation->is_about_total || !was_run(submission) ||
           (problem->format != FORMAT_2025_09 && (problem->kind & JUDGE_SCORING) &&
            expectation->permitted == UINT32_C(1) << JUDGE_ACCEPTED);
}

static char *check_one(const struct problem *problem, const struct expectation *expectation,
                       const struct judge_submission *submission)
{
    char *wrong;

    if (expectation->is_partial)
        return check_partial(problem, submission);
    wrong = counts_in_total(problem, expectation, submission)
                ? check_total(expectation, submission)
                : check_cases(problem, expectation, submission);
    if (!wrong)
        wrong = check_score(expectation, submission);
    return wrong ? wrong : check_message(expectation, submission);
}

static void tell_expected(const struct example *example, struct judge_expected *expected)
{
    for (size_t i = 0; i < example->expectation_count; i++) {
        const struct expectation *one = &example->expectations[i];
        char *longer = expected->source ? text_print("%s, %s", expected->source, one->source)
                                        : text_copy(one->source);

        free(expected->source);
        expected->source = longer;
        if (one->cases)
            continue;
        if (one->permitted)
            expected->permitted =
                expected->permitted ? expected->permitted & one->permitted : one->permitted;
        expected->required = one->required ? one->required : expected->required;
        if (one->is_partial)
            expected->permitted = UINT32_C(1) << JUDGE_ACCEPTED;
        if (one->has_score) {
            expected->has_score = true;
            expected->score_low = one->score_low;
            expected->score_high = one->score_high;
        }
    }
}

void verify_submission(const struct problem *problem, const struct example *example,
                       struct judge_submission *submission)
{
    tell_expected(example, &submission->expected);
    submission->agrees = true;
    if (submission->verdict == JUDGE_SKIPPED) /* nothing is known of it */
        return;
    for (size_t i = 0; i < example->expectation_count && submission->agrees; i++) {
        submission->disagreement = check_one(problem, &example->expectations[i], submission);
        submission->agrees = !submission->disagreement;
    }
    if (submission->agrees && submission->verdict == JUDGE_JUDGE_ERROR &&
        !(submission->expected.permitted >> JUDGE_JUDGE_ERROR & 1) &&
        !(submission->expected.required >> JUDGE_JUDGE_ERROR & 1)) {
        submission->agrees = false;
        submission->disagreement =
            text_copy(submission->reason ? submission->reason : "judge-error");
    }
}
