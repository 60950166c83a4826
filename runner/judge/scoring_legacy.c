/* SPDX-License-Identifier: MIT */
/*
 * scoring_legacy.c - legacy's tree of groups: each node has a grader, which makes
 * one result of those of its cases and groups; the default one, or the package's
 * own program.
 */
#include "node.h"
#include "scoring_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct grade {
    enum judge_verdict verdict;
    double score;
    const char *reason; /* borrowed */
    const char *where;
};

/* One submission on its way through the tree. */
struct marking {
    const struct problem *problem;
    const struct grader *grader;
    struct judge_submission *submission;
    struct texts reasons; /* of our own making */
};

/* worst_error: the first of this list; what is not in it is as bad as a crash. */
static unsigned badness(enum judge_verdict verdict)
{
    static const enum judge_verdict order[] = {
        JUDGE_JUDGE_ERROR,  JUDGE_COMPILE_ERROR, JUDGE_VIOLATION, JUDGE_RUN_TIME_ERROR,
        JUDGE_MEMORY_LIMIT, JUDGE_TIME_LIMIT,    JUDGE_IDLE,      JUDGE_OUTPUT_LIMIT,
        JUDGE_WRONG_ANSWER, JUDGE_SKIPPED,       JUDGE_ACCEPTED,
    };
    const unsigned count = sizeof(order) / sizeof(order[0]);

    for (unsigned i = 0; i < count; i++) {
        if (order[i] == verdict)
            return count - i;
    }
    return 0;
}

/* One group's grader at work. */
struct grading {
    const struct group *group;
    struct grade grade;
    struct sum sum;
    struct grade *items; /* for a custom grader */
    size_t item_count;
    bool any_accepted;
    bool is_over; /* on_reject: break */
};

static void add_grade(struct grading *grading, const struct grade *item)
{
    const struct group *group = grading->group;
    struct grade *grade = &grading->grade;
    const bool is_worse = group->verdict_mode == VERDICT_FIRST_ERROR
                              ? grade->verdict == JUDGE_ACCEPTED && item->verdict != JUDGE_ACCEPTED
                              : badness(item->verdict) > badness(grade->verdict);

    if (is_worse) {
        grade->verdict = item->verdict;
        grade->reason = item->reason;
        grade->where = item->where;
    }
    scoring_take(&grading->sum, item->score);
    *GROW(grading->items, grading->item_count) = *item;
    grading->any_accepted = grading->any_accepted || item->verdict == JUDGE_ACCEPTED;
    if (item->verdict != JUDGE_ACCEPTED && !group->goes_on)
        grading->is_over = true;
}

static struct grade close_grading(const struct grading *grading)
{
    const struct group *group = grading->group;
    const struct sum *sum = &grading->sum;
    struct grade grade = grading->grade;

    if (grade.verdict != JUDGE_JUDGE_ERROR && (group->verdict_mode == VERDICT_ALWAYS_ACCEPT ||
                                               (group->accepts_any && grading->any_accepted)))
        grade.verdict = JUDGE_ACCEPTED;
    switch (group->score_mode) {
    case SCORE_AVERAGE:
        grade.score = sum->count ? sum->total / (double)sum->count : 0;
        break;
    case SCORE_MIN:
        grade.score = sum->count ? sum->least : 0;
        break;
    case SCORE_MAX:
        grade.score = sum->count ? sum->most : 0;
        break;
    default:
        grade.score = sum->total;
    }
    return grade;
}

/* The format's words for verdicts. */
static const struct code {
    enum judge_verdict verdict;
    const char *word;
} codes[] = {
    {JUDGE_ACCEPTED, "AC"},
    {JUDGE_WRONG_ANSWER, "WA"},
    {JUDGE_RUN_TIME_ERROR, "RTE"},
    {JUDGE_TIME_LIMIT, "TLE"},
    /* It has no words of their own for these: they are written, never read. */
    {JUDGE_MEMORY_LIMIT, "RTE"},
    {JUDGE_OUTPUT_LIMIT, "RTE"},
    {JUDGE_VIOLATION, "RTE"},
    {JUDGE_IDLE, "TLE"},
};

#define CODE_COUNT (sizeof(codes) / sizeof(codes[0]))

static const char *code_of(enum judge_verdict verdict)
{
    for (size_t i = 0; i < CODE_COUNT; i++) {
        if (codes[i].verdict == verdict)
            return codes[i].word;
    }
    return NULL;
}

/* A line for each item. */
static char *results_of(const struct grading *grading)
{
    char *results = NULL;
    size_t size = 0;
    FILE *made = open_memstream(&results, &size);

    for (size_t i = 0; made && i < grading->item_count; i++)
        (void)fprintf(made, "%s %.15g\n", code_of(grading->items[i].verdict),
                      grading->items[i].score);
    if (!made || fclose(made) != 0) {
        free(results);
        return NULL;
    }
    return results;
}

/* What cannot be put to a grader: a judge error, a case that was not run. */
static const struct grade *item_without_code(const struct grading *grading)
{
    for (size_t i = 0; i < grading->item_count; i++) {
        if (!code_of(grading->items[i].verdict))
            return &grading->items[i];
    }
    return NULL;
}

/* "AC 12.5", and nothing else. Returns 0, or -1. */
static int read_answer(const char *answer, struct grade *grade)
{
    struct texts words = {0};
    int result = -1;

    if (strchr(answer, '\n') && strchr(answer, '\n')[1])
        return -1;
    if (texts_split(&words, answer) == 0 && words.count == 2 &&
        is_float(words.items[1], strlen(words.items[1]))) {
        for (size_t i = 0; i < CODE_COUNT && result < 0; i++) {
            if (strcmp(codes[i].word, words.items[0]) != 0)
                continue;
            grade->verdict = codes[i].verdict;
            grade->score = strtod(words.items[1], NULL);
            result = isfinite(grade->score) ? 0 : -1;
        }
    }
    texts_release(&words);
    return result;
}

/* The item that had what the grader says, in our own words for it. */
static void explain(struct marking *marking, const struct grading *grading, struct grade *grade)
{
    grade->where = grading->group->name;
    texts_take(&marking->reasons, text_print("the grader says %s", code_of(grade->verdict)));
    grade->reason = marking->reasons.items[marking->reasons.count - 1];
    for (size_t i = 0; i < grading->item_count; i++) {
        const struct grade *item = &grading->items[i];

        if (strcmp(code_of(item->verdict), code_of(grade->verdict)) != 0)
            continue;
        grade->verdict = item->verdict;
        grade->reason = item->reason;
        grade->where = item->where;
        return;
    }
}

static struct grade fail_grade(struct marking *marking, const struct group *group, char *why)
{
    texts_take(&marking->reasons, why);
    return (struct grade){.verdict = JUDGE_JUDGE_ERROR, .reason = why, .where = group->name};
}

static struct grade ask_grader(struct marking *marking, const struct grading *grading)
{
    const struct group *group = grading->group;
    const struct grader *grader = marking->grader;
    struct grade grade = {0};
    char *results;
    char *answer = NULL;
    char *why = NULL;

    if (item_without_code(grading))
        return *item_without_code(grading);
    results = results_of(grading);
    if (!results || !grader || grader->ask(grader->argument, group, results, &answer, &why) < 0)
        grade = fail_grade(marking, group, why ? why : text_copy("there is no grader"));
    else if (read_answer(answer, &grade) < 0)
        grade = fail_grade(marking, group,
                           text_print("the grader is at fault: it printed \"%.200s\", and not one "
                                      "line of AC, WA, RTE or TLE and a score",
                                      answer));
    else
        explain(marking, grading, &grade);
    free(results);
    free(answer);
    return grade;
}

static struct grade grade_case(const struct problem *problem, const struct group *group,
                               struct judge_case *made)
{
    const double points =
        made->verdict == JUDGE_ACCEPTED ? group->accept_score : group->reject_score;

    if ((problem->kind & JUDGE_SCORING) && !made->score.known)
        made->score = (struct judge_score){true, points};
    return (struct grade){.verdict = made->verdict,
                          .score = made->score.known ? made->score.points : points,
                          .reason = made->reason,
                          .where = made->name};
}

static struct grade grade_group(struct marking *marking, size_t index);

/* Cases and groups beneath, by their names in turn. */
static void grade_items(struct marking *marking, size_t index, struct grading *grading)
{
    const struct problem *problem = marking->problem;
    size_t group = 0;
    size_t test = 0;

    for (;;) {
        const char *group_name = NULL;
        const char *test_name = NULL;
        struct grade item;

        while (group < problem->group_count && problem->groups[group].parent != index)
            group++;
        while (test < problem->test_count && problem->tests[test].group != index)
            test++;
        group_name = group < problem->group_count ? problem->groups[group].name : NULL;
        test_name = test < problem->test_count ? problem->tests[test].name : NULL;
        if (!group_name && !test_name)
            return;
        if (!group_name || (test_name && strcmp(test_name, group_name) < 0)) {
            struct judge_case *made = &marking->submission->cases[test++];

            if (grading->is_over)
                continue;
            item = grade_case(problem, grading->group, made);
        } else {
            const size_t inner = group++;

            if (grading->is_over)
                continue;
            item = grade_group(marking, inner);
            if (grading->group->ignores_sample && strcmp(group_name, "sample") == 0)
                continue;
        }
        add_grade(grading, &item);
    }
}

static struct grade grade_group(struct marking *marking, size_t index)
{
    const struct problem *problem = marking->problem;
    const struct group *group = &problem->groups[index];
    struct grading grading = {.group = group, .grade = {.verdict = JUDGE_ACCEPTED}};
    struct judge_group *made;
    struct grade grade;

    grade_items(marking, index, &grading);
    grade = group->custom_grading ? ask_grader(marking, &grading) : close_grading(&grading);
    free(grading.items);
    if (grade.verdict != JUDGE_JUDGE_ERROR && (problem->kind & JUDGE_SCORING) &&
        grade.verdict == JUDGE_ACCEPTED &&
        (grade.score < group->range_low || grade.score > group->range_high)) {
        grade.verdict = JUDGE_JUDGE_ERROR;
        grade.reason = "the score of the group lies outside of its range";
        grade.where = group->name;
    }
    if (!group->name[0])
        return grade;
    made = scoring_add_group(marking->submission, group->name);
    made->verdict = grade.verdict;
    if (problem->kind & JUDGE_SCORING) {
        made->score = (struct judge_score){true, grade.score};
        made->max_score = (struct judge_score){isfinite(group->range_high) != 0, group->range_high};
    }
    return grade;
}

void scoring_finish_legacy(const struct problem *problem, const struct grader *grader,
                           struct judge_submission *submission)
{
    struct marking marking = {.problem = problem, .grader = grader, .submission = submission};
    const struct grade grade = grade_group(&marking, 0);

    submission->verdict = grade.verdict;
    submission->reason = grade.verdict == JUDGE_ACCEPTED
                             ? text_copy("accepted")
                             : text_print("%s: %s", grade.where ? grade.where : "",
                                          grade.reason ? grade.reason : "");
    if (problem->kind & JUDGE_SCORING)
        submission->score =
            (struct judge_score){true, grade.verdict == JUDGE_ACCEPTED ? grade.score : 0};
    texts_release(&marking.reasons);
}
