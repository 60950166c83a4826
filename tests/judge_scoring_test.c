/* SPDX-License-Identifier: MIT */
/*
 * What verdicts and scores of cases come to, and whether that is what the package
 * expects: by tables. A row gives each case a letter, in the order of their names:
 * A accepted, W wrong answer, T time limit, R run-time error, M memory limit,
 * J judge error; a digit is an acceptance with so many points.
 */
#include "judge_package.h"
#include "judgement_release.h"
#include "scoring.h"
#include "verify.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(scoring, .timeout = 60);
TestSuite(expectations, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NONE NAN

static enum judge_verdict verdict_of(char letter)
{
    switch (letter) {
    case 'W':
        return JUDGE_WRONG_ANSWER;
    case 'T':
        return JUDGE_TIME_LIMIT;
    case 'R':
        return JUDGE_RUN_TIME_ERROR;
    case 'M':
        return JUDGE_MEMORY_LIMIT;
    case 'J':
        return JUDGE_JUDGE_ERROR;
    default:
        return JUDGE_ACCEPTED;
    }
}

static void judge_letters(const struct problem *problem, const char *letters,
                          struct judge_submission *submission)
{
    cr_assert_eq(strlen(letters), problem->test_count, "%s: %zu cases", letters,
                 problem->test_count);
    *submission = (struct judge_submission){.file = strdup("x"), .agrees = true};
    submission->case_count = problem->test_count;
    submission->cases = calloc(problem->test_count, sizeof(*submission->cases));
    for (size_t i = 0; i < problem->test_count; i++) {
        struct judge_case *made = &submission->cases[i];

        made->name = strdup(problem->tests[i].name);
        made->group = strdup(problem->groups[problem->tests[i].group].name);
        made->verdict = verdict_of(letters[i]);
        made->reason = strdup("so it was");
        if (letters[i] >= '0' && letters[i] <= '9')
            made->score = (struct judge_score){true, letters[i] - '0'};
    }
}

/* As a package's own grader: accepted where most are, with as many points. */
static int grade_most(void *argument, const struct group *group, const char *results, char **answer,
                      char **why)
{
    unsigned good = 0;
    unsigned all = 0;

    (void)argument;
    (void)why;
    for (const char *line = results; *line; line = strchr(line, '\n') + 1) {
        good += strncmp(line, "AC ", 3) == 0;
        all++;
    }
    if (group->grader_flags.count > 0) /* it says what it is told to */
        return asprintf(answer, "%s", group->grader_flags.items[0]) < 0 ? -1 : 0;
    return asprintf(answer, "%s %u\n", 2 * good > all ? "AC" : "RTE", good) < 0 ? -1 : 0;
}

static const struct grader grader = {.ask = grade_most};

static void read_problem(struct problem *problem, const struct package *package)
{
    const int result = problem_read(problem, package->directory);

    package_remove(package);
    cr_assert_eq(result, 0, "%s", problem->error);
}

/* sample/1, secret/a/1, secret/a/2, secret/b/1, secret/b/2 */
static void put_groups(const struct package *package)
{
    char path[128];

    snprintf(path, sizeof(path), "rm -r '%s/data'", package->directory);
    cr_assert_eq(system(path), 0);
    package_put_case(package, "sample/1");
    for (const char *group = "ab"; *group; group++) {
        for (int number = 1; number <= 2; number++) {
            snprintf(path, sizeof(path), "secret/%c/%d", *group, number);
            package_put_case(package, path);
        }
    }
}

struct row {
    const char *root;   /* settings of data/, of data/secret and of its group a */
    const char *secret; /* or NULL */
    const char *a;
    const char *letters;
    const char *verdict;
    double score;
};

#define IGNORE "grader_flags: ignore_sample\n"
#define CUSTOM "grading: custom\ngrader_flags: ''\n"

static const struct row legacy[] = {
    {NULL, NULL, NULL, "AAAAA", "accepted", 5},
    {NULL, NULL, NULL, "AAWAA", "wrong-answer", 0},
    {NULL, NULL, NULL, "WAAAA", "wrong-answer", 0},
    {IGNORE, NULL, NULL, "WAAAA", "accepted", 4},
    {IGNORE, NULL, NULL, "A3A12", "accepted", 7},
    {"on_reject: continue\n", NULL, NULL, "AWRTA", "run-time-error", 0},
    {"on_reject: continue\n", NULL, NULL, "AWMTA", "memory-limit", 0},
    {"on_reject: continue\n", NULL, NULL, "AWATA", "time-limit", 0},
    {"on_reject: continue\n", NULL, NULL, "AWAJA", "judge-error", 0},
    {"on_reject: continue\ngrader_flags: first_error\n", NULL, NULL, "AWRTA", "wrong-answer", 0},
    {"on_reject: break\n", NULL, NULL, "AWRTA", "wrong-answer", 0},
    {IGNORE, "on_reject: continue\ngrader_flags: always_accept\n", NULL, "AAWAA", "accepted", 3},
    {IGNORE, "on_reject: continue\ngrader_flags: always_accept\n",
     "on_reject: break\ngrader_flags: always_accept\n", "AWAAA", "accepted", 2},
    {IGNORE, "grader_flags: max\naccept_score: 5\n", NULL, "AAAAA", "accepted", 5},
    {IGNORE, "grader_flags: min\naccept_score: 5\n", "grader_flags: sum\n", "AAAAA", "accepted", 5},
    {IGNORE, "grader_flags: avg\n", "grader_flags: sum\n", "A79AA", "accepted", 8.5},
    {IGNORE, "grader_flags: sum min avg max\n", NULL, "A39A1", "accepted", 9},
    {IGNORE, "on_reject: continue\ngrader_flags: accept_if_any_accepted\n", NULL, "AWAWW",
     "accepted", 1}, /* group b is not, and secret has group a */
    {IGNORE, "on_reject: continue\ngrader_flags: accept_if_any_accepted\n", NULL, "AWAWA",
     "accepted", 2},
    {IGNORE, "on_reject: continue\ngrader_flags: always_accept\nreject_score: -1\n", NULL, "AWAAA",
     "accepted", 2},
    {IGNORE, "range: 0 3\n", NULL, "AAAAA", "judge-error", 0},
    {IGNORE, CUSTOM "on_reject: continue\n", NULL, "AAWAA", "run-time-error", 0},
    {IGNORE, CUSTOM "on_reject: continue\n", "grading: default\n", "AAAAA", "accepted", 2},
    {IGNORE, CUSTOM, NULL, "AAAAA", "accepted", 2},
    {IGNORE, NULL, "grading: custom\ngrader_flags: 'WA\\ 3'\n", "AAAAA", "wrong-answer", 0},
    {IGNORE, NULL, "grading: custom\ngrader_flags: AC\n", "AAAAA", "judge-error", 0},
    {IGNORE, NULL, "grading: custom\ngrader_flags: 'MLE\\ 3'\n", "AAAAA", "judge-error", 0},
    {IGNORE, NULL, "grading: custom\ngrader_flags: 'AC\\ 7'\n", "AWWAA", "accepted", 9},
    {IGNORE, NULL, "grading: custom\ngrader_flags: 'AC\\ 7'\n", "AWJAA", "accepted", 9},
    {IGNORE, NULL, "on_reject: continue\ngrading: custom\ngrader_flags: 'AC\\ 7'\n", "AWJAA",
     "judge-error", 0},
};

#define SCORING "type: scoring\n"
#define HALVES "max_score: 50\n"

/* Group b has what group a has, but for require_pass. */
static const struct row recent[] = {
    {NULL, NULL, HALVES, "AAAAA", "accepted", 100},
    {NULL, NULL, HALVES, "AAWAA", "wrong-answer", 50},
    {NULL, NULL, HALVES, "WAAAA", "wrong-answer", 100},
    {NULL, "score_aggregation: min\n", HALVES, "AAAAA", "accepted", 50},
    {NULL, "score_aggregation: min\n", HALVES, "AAAAT", "time-limit", 0},
    {NULL, "score_aggregation: pass-fail\n", HALVES, "AAAAA", "accepted", 100},
    {NULL, "score_aggregation: pass-fail\n", HALVES, "AAAAR", "run-time-error", 0},
    {NULL, NULL, HALVES "score_aggregation: sum\n", "AAWAA", "wrong-answer", 75},
    {NULL, NULL, HALVES "score_aggregation: sum\n", "A9W8A", "wrong-answer", 42},
    {NULL, NULL, HALVES "score_aggregation: min\n", "A9A87", "accepted", 16},
    {NULL, NULL, HALVES "score_aggregation: min\n", "A9A8W", "wrong-answer", 9},
    {NULL, NULL, "max_score: 8\nscore_aggregation: sum\n", "A5AAA", "judge-error", 12},
    {NULL, NULL, HALVES, "A9AAA", "judge-error", 50},
    {NULL, "max_score: 60\n", HALVES, "AAAAA", "judge-error", 100},
    {NULL, "max_score: unbounded\n", "max_score: unbounded\nscore_aggregation: sum\n", "A9876",
     "accepted", 30},
    {NULL, "max_score: unbounded\n", "max_score: unbounded\nscore_aggregation: sum\n", "A987A",
     "judge-error", 24},
};

static void expect_row(const struct row *row, const char *version)
{
    const bool is_new = strcmp(version, "legacy") != 0;
    const char *file = is_new ? "test_group" : "testdata";
    const char *texts[] = {row->root, row->secret, row->a, is_new ? row->a : NULL};
    static const char *const places[] = {"", "secret/", "secret/a/", "secret/b/"};
    struct judge_submission submission;
    struct package package;
    struct problem problem;
    char path[128];

    package_make(&package);
    put_groups(&package);
    package_put_settings(&package, version, SCORING);
    package_put(&package, "graders/one.py", "\n");
    for (size_t i = 0; i < COUNT(places); i++) {
        snprintf(path, sizeof(path), "data/%s%s.yaml", places[i], file);
        if (texts[i])
            package_put(&package, path, texts[i]);
    }
    read_problem(&problem, &package);
    judge_letters(&problem, row->letters, &submission);
    scoring_finish(&problem, &grader, &submission);
    cr_expect_str_eq(judge_verdict_name(submission.verdict), row->verdict, "%s|%s|%s|%s: %s (%s)",
                     row->root, row->secret, row->a, row->letters,
                     judge_verdict_name(submission.verdict), submission.reason);
    cr_expect_float_eq(submission.score.points, row->score, 1e-9, "%s|%s|%s|%s: %g", row->root,
                       row->secret, row->a, row->letters, submission.score.points);
    judge_submission_release(&submission);
    problem_release(&problem);
}

static size_t legacy_rows[COUNT(legacy)];
static size_t recent_rows[COUNT(recent)];

ParameterizedTestParameters(scoring, follows_the_graders_of_legacy)
{
    for (size_t i = 0; i < COUNT(legacy); i++)
        legacy_rows[i] = i;
    return cr_make_param_array(size_t, legacy_rows, COUNT(legacy));
}

ParameterizedTest(size_t *number, scoring, follows_the_graders_of_legacy)
{
    expect_row(&legacy[*number], "legacy");
}

ParameterizedTestParameters(scoring, aggregates_groups_as_2025_09_says)
{
    for (size_t i = 0; i < COUNT(recent); i++)
        recent_rows[i] = i;
    return cr_make_param_array(size_t, recent_rows, COUNT(recent));
}

ParameterizedTest(size_t *number, scoring, aggregates_groups_as_2025_09_says)
{
    expect_row(&recent[*number], "2025-09");
}

/* Cases that are not to be run, by what is known so far. */
Test(scoring, runs_no_group_whose_requirements_are_not_met)
{
    struct judge_submission submission;
    struct package package;
    struct problem problem;
    char *why = NULL;

    package_make(&package);
    put_groups(&package);
    package_put_settings(&package, "2025-09", SCORING);
    package_put(&package, "data/secret/a/test_group.yaml", HALVES);
    package_put(&package, "data/secret/b/test_group.yaml", HALVES "require_pass: secret/a\n");
    read_problem(&problem, &package);
    judge_letters(&problem, "AAWAA", &submission);
    cr_expect(scoring_wants_case(&problem, submission.cases, 2, &why));
    cr_expect_not(scoring_must_wait(&problem, 2));
    cr_expect(scoring_must_wait(&problem, 3));
    cr_expect_not(scoring_wants_case(&problem, submission.cases, 3, &why));
    cr_expect(why && strstr(why, "secret/a"), "%s", why);
    free(why);
    submission.cases[2].verdict = JUDGE_ACCEPTED;
    cr_expect(scoring_wants_case(&problem, submission.cases, 3, &why));
    judge_submission_release(&submission);
    problem_release(&problem);
}

struct expected {
    const char *version;
    const char *directory; /* of submissions/ */
    const char *list;      /* submissions.yaml, or NULL */
    const char *letters;   /* of sample/1, secret/a/1, secret/a/2, secret/b/1, secret/b/2 */
    bool agrees;
};

#define NEW "2025-09"

static const struct expected expected[] = {
    {NEW, "accepted", NULL, "AAAAA", true},
    {NEW, "accepted", NULL, "AAAAW", false},
    {NEW, "wrong_answer", NULL, "AAAAW", true},
    {NEW, "wrong_answer", NULL, "AAAAA", false},
    {NEW, "wrong_answer", NULL, "AATAW", false},
    {NEW, "time_limit_exceeded", NULL, "AATAA", true},
    {NEW, "time_limit_exceeded", NULL, "AATAW", false},
    {"legacy", "time_limit_exceeded", NULL, "AATAW", true},
    {NEW, "run_time_error", NULL, "AAARA", true},
    {NEW, "run_time_error", NULL, "AAAMA", true},
    {NEW, "run_time_error", NULL, "AAARW", false},
    {NEW, "rejected", NULL, "AAARW", true},
    {NEW, "rejected", NULL, "AAAAA", false},
    {NEW, "brute_force", NULL, "AAATA", true},
    {NEW, "brute_force", NULL, "AAATW", false},
    {NEW, "accepted", NULL, "AAAAJ", false},
    {NEW, "own", NULL, "AAAAW", true}, /* nothing is known of it */
    {NEW, "own", "own:\n  permitted: [AC]\n", "AAAAW", false},
    {NEW, "own", "own/x.*:\n  permitted: [AC]\n", "AAAAW", false},
    {NEW, "own", "own/{y,z}.py:\n  permitted: [AC]\n", "AAAAW", true},
    {NEW, "time_limit_exceeded", "time_limit_exceeded:\n  permitted: [AC, WA, TLE]\n", "AATAW",
     true}, /* its own name replaces the default */
    {NEW, "time_limit_exceeded", "time_limit_exceeded/*:\n  permitted: [AC, WA, TLE]\n", "AATAW",
     false}, /* a pattern adds to it */
    {NEW, "own", "own:\n  secret/b:\n    required: [TLE]\n", "AAATA", true},
    {NEW, "own", "own:\n  secret/b:\n    required: [TLE]\n", "AATAA", false},
    {NEW, "own", "own:\n  secret/*/2:\n    permitted: [AC]\n", "AWAWA", true},
    {NEW, "own", "own:\n  secret/*/2:\n    permitted: [AC]\n", "AAWAA", false},
    {NEW, "own", "own:\n  sample:\n    permitted: [WA]\n", "WAAAA", true},
};

static size_t expected_rows[COUNT(expected)];

ParameterizedTestParameters(expectations, hold_or_do_not)
{
    for (size_t i = 0; i < COUNT(expected); i++)
        expected_rows[i] = i;
    return cr_make_param_array(size_t, expected_rows, COUNT(expected));
}

ParameterizedTest(size_t *number, expectations, hold_or_do_not)
{
    const struct expected *row = &expected[*number];
    struct judge_submission submission;
    struct package package;
    struct problem problem;
    char path[64];

    package_make(&package);
    put_groups(&package);
    package_put_settings(&package, row->version, "");
    snprintf(path, sizeof(path), "submissions/%s/x.py", row->directory);
    package_put(&package, path, "\n");
    if (row->list)
        package_put(&package, "submissions/submissions.yaml", row->list);
    read_problem(&problem, &package);
    cr_assert_eq(problem.example_count, 1);
    judge_letters(&problem, row->letters, &submission);
    scoring_finish(&problem, NULL, &submission);
    verify_submission(&problem, &problem.examples[0], &submission);
    cr_expect_eq(submission.agrees, row->agrees, "%s, %s: %s %s", row->directory, row->letters,
                 row->list ? row->list : "",
                 submission.disagreement ? submission.disagreement : "");
    judge_submission_release(&submission);
    problem_release(&problem);
}
