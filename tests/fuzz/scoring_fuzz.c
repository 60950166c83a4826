/* SPDX-License-Identifier: MIT */
/* scoring_fuzz.c - libFuzzer on scoring: any verdicts and scores of cases, any settings of
 * groups, in legacy's way and in 2025-09's, and a grader of the package's own that prints
 * anything. KINDS, four groups, six cases; what is left is the grader's output. */
#include "fuzz.h"

#include "scoring.h"

#include "allocate.h"
#include "judgement_release.h"

#include <math.h>

#define GROUPS 5
#define TESTS 6

static const char *const group_names[GROUPS] = {"", "sample", "secret", "secret/a", "secret/b"};
static const size_t parents[GROUPS] = {NO_GROUP, 0, 0, 2, 2};
static const char *const test_names[TESTS] = {"sample/1",   "sample/2",   "secret/1",
                                              "secret/a/1", "secret/a/2", "secret/b/1"};
static const size_t groups_of[TESTS] = {1, 1, 2, 3, 3, 4};

static struct fuzz_bytes printed;

static int ask(void *argument, const struct group *group, const char *results, char **answer,
               char **why)
{
    (void)argument;
    (void)group;
    MUST(results);
    for (const char *line = results; *line; line = strchr(line, '\n') + 1)
        MUST(strchr(line, '\n') && strchr(line, ' '));
    if (printed.size % 7 == 6) {
        *why = text_copy("it could not be run");
        return -1;
    }
    *answer = fuzz_text(printed.data, printed.size);
    return 0;
}

static double points(struct fuzz_bytes *bytes)
{
    static const double values[] = {0, 1, 100, 0.5, -1, 1e300, -1e300, 33.333};

    return values[fuzz_byte(bytes) % 8];
}

static void take_group(struct group *group, struct fuzz_bytes *bytes, size_t index)
{
    const uint8_t flags = fuzz_byte(bytes);
    const uint8_t modes = fuzz_byte(bytes);

    *group = (struct group){
        .name = text_copy(group_names[index]),
        .parent = parents[index],
        .aggregation = (enum aggregation)(modes % 3),
        .is_bounded = flags & 1,
        .max_score = fabs(points(bytes)),
        .goes_on = flags & 2,
        .verdict_mode = (enum verdict_mode)(modes / 3 % 3),
        .score_mode = (enum score_mode)(modes / 9 % 4),
        .ignores_sample = flags & 4,
        .accepts_any = flags & 8,
        .custom_grading = flags & 16,
        .accept_score = points(bytes),
        .reject_score = points(bytes),
        .range_low = flags & 32 ? 0 : -INFINITY,
        .range_high = flags & 64 ? 100 : INFINITY,
    };
    if (flags & 128 && index == 4)
        texts_add(&group->require_pass, "secret/a");
}

static void take_case(struct judge_case *made, struct fuzz_bytes *bytes, size_t index)
{
    const uint8_t flags = fuzz_byte(bytes);

    *made = (struct judge_case){
        .name = text_copy(test_names[index]),
        .group = text_copy(group_names[groups_of[index]]),
        .verdict = (enum judge_verdict)(flags % JUDGE_VERDICT_COUNT),
        .reason = flags & 16 ? text_copy("as it was") : NULL,
        .has_multiplier = flags & 32,
        .multiplier = 0.25,
    };
    made->score = (struct judge_score){flags & 64, flags & 64 ? points(bytes) : 0};
}

static void check(const struct problem *problem, const struct judge_submission *made)
{
    MUST((unsigned)made->verdict < JUDGE_VERDICT_COUNT && made->reason);
    if (problem->kind & JUDGE_SCORING)
        MUST(!made->score.known || !isnan(made->score.points));
    for (size_t i = 0; i < made->group_count; i++)
        MUST(made->groups[i].name && (unsigned)made->groups[i].verdict < JUDGE_VERDICT_COUNT);
    (void)scoring_max(problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_bytes bytes = {data, size};
    const uint8_t kinds = fuzz_byte(&bytes);
    const struct grader grader = {ask, NULL};
    struct judge_submission made = {.case_count = TESTS};
    struct problem problem = {.fd = -1, .group_count = GROUPS, .test_count = TESTS};
    char *why = NULL;

    problem.format = kinds & 1 ? FORMAT_2025_09 : FORMAT_LEGACY;
    problem.kind = kinds & 2 ? JUDGE_SCORING : JUDGE_PASS_FAIL;
    problem.groups = allocate(GROUPS * sizeof(*problem.groups));
    problem.tests = allocate(TESTS * sizeof(*problem.tests));
    made.cases = allocate(TESTS * sizeof(*made.cases));
    for (size_t i = 0; i < GROUPS; i++)
        take_group(&problem.groups[i], &bytes, i);
    for (size_t i = 0; i < TESTS; i++) {
        take_case(&made.cases[i], &bytes, i);
        problem.tests[i].name = text_copy(test_names[i]);
        problem.tests[i].group = groups_of[i];
    }
    printed = bytes;
    for (size_t i = 0; i < TESTS; i++) {
        (void)scoring_wants_case(&problem, made.cases, i, &why);
        free(why);
        why = NULL;
    }
    scoring_finish(&problem, kinds & 4 ? NULL : &grader, &made);
    check(&problem, &made);
    judge_submission_release(&made);
    problem_release(&problem);
    return 0;
}
