/* SPDX-License-Identifier: MIT */
/* problem.yaml and the settings of groups, by tables: what they come to, and what
 * is refused in which words. */
#include "judge_package.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

TestSuite(settings, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NEW "2025-09"
#define OLD "legacy"
#define GROUP_NEW "data/secret/test_group.yaml"
#define GROUP_OLD "data/secret/testdata.yaml"
#define MIB (1 << 20)

struct row {
    const char *version;
    const char *settings; /* added to problem.yaml */
    const char *group;    /* settings of data/secret, or NULL */
    const char *words;    /* of the message; NULL: it is taken */
};

static const struct row rows[] = {
    {NEW, "", NULL, NULL},
    {NEW, "nmae: x\n", NULL, "line 4: the format knows no key \"nmae\""},
    {NEW, "limits:\n  tmie: 1\n", NULL, "\"tmie\""},
    {NEW, "type: [scoring, interactive]\n", NULL, "output_validator/"},
    {NEW, "type: [pass-fail, scoring]\n", NULL, "exclude"},
    {NEW, "type: [scoring, scoring]\n", NULL, "twice"},
    {NEW, "type: [submit-answer, multi-pass]\n", NULL, "exclude"},
    {NEW, "type: [submit-answer, interactive]\n", NULL, "exclude"},
    {NEW, "type: many-pass\n", NULL, "many-pass"},
    {NEW, "limits:\n  time_limit: 0\n", NULL, "time_limit"},
    {NEW, "limits:\n  time_limit: 1e400\n", NULL, "time_limit"},
    {NEW, "limits:\n  memory: 1.5\n", NULL, "whole"},
    {NEW, "limits:\n  validation_passes: 0\n", NULL, "validation_passes"},
    {NEW, "limits:\n  validation_passes: 1\n", NULL, "validation_passes"},
    {NEW, "limits:\n  time_multipliers:\n    ac_to_time_limit: 0.5\n", NULL, "ac_to_time_limit"},
    {NEW, "limits:\n  time_multipliers:\n    tle: 2\n", NULL, "\"tle\""},
    {NEW, "allow_file_writing: maybe\n", NULL, "allow_file_writing"},
    {NEW, "constants:\n  a: [1]\n", NULL, "constant a"},
    {NEW, "constants:\n  1a: 2\n", NULL, "1a"},
    {NEW, "languages: {}\n", NULL, "languages"},
    {NEW, "type: scoring\n", "max_score: 50\n", NULL},
    {NEW, "type: scoring\n", "max_score: unbounded\n", NULL},
    {NEW, "type: scoring\n", "max_score: 1e400\n", "max_score"},
    {NEW, "type: scoring\n", "max_score: -1\n", "max_score"},
    {NEW, "type: scoring\n", "max_score: 1.5\n", "max_score"},
    {NEW, "type: scoring\n", "score_aggregation: max\n", "score_aggregation"},
    {NEW, "type: scoring\n", "require_pass: secret\n", "require_pass"},
    {NEW, "type: scoring\n", "require_pass: sample\n", "require_pass"}, /* there is none */
    {NEW, "", "max_score: 50\n", "scoring problems"},
    {NEW, "", "score_aggregation: sum\n", "scoring problems"},
    {NEW, "", "require_pass: sample\n", "scoring problems"},
    {NEW, "", "full_feedback: perhaps\n", "full_feedback"},
    {NEW, "", "args: {a: b}\n", "args"},
    {NEW, "", "grading: custom\n", "\"grading\""},
    {NEW, "", "- a\n", "no map"},
    {OLD, "", NULL, NULL},
    {OLD, "validation: custom\n", NULL, "output_validators/"},
    {OLD, "validation: strict\n", NULL, "validation"},
    {OLD, "validation: default\nvalidator_flags: \"float_tolerance 'x\"\n", NULL, "quote"},
    {OLD, "type: scoring\n", "grader_flags: max always_accept\n", NULL},
    {OLD, "type: scoring\n", "grader_flags: most\n", "most"},
    {OLD, "type: scoring\n", "range: -inf 100\n", NULL},
    {OLD, "type: scoring\n", "range: 100\n", "range"},
    {OLD, "type: scoring\n", "range: 5 1\n", "range"},
    {OLD, "", "on_reject: never\n", "on_reject"},
    {OLD, "", "grading: own\n", "grading"},
    {OLD, "", "grading: custom\n", "graders/"},
    {OLD, "", "output_validator_flags: {name: x, flags: y}\n", "x"},
    {"legacy-icpc", "", NULL, NULL},
    {"2019", "", NULL, "2019"},
};

static size_t numbers[COUNT(rows)];

ParameterizedTestParameters(settings, are_taken_or_refused_as_the_format_says)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        numbers[i] = i;
    return cr_make_param_array(size_t, numbers, COUNT(rows));
}

static int read_package(struct problem *problem, const struct package *package)
{
    int result = problem_read(problem, package->directory);

    package_remove(package);
    return result;
}

ParameterizedTest(size_t *number, settings, are_taken_or_refused_as_the_format_says)
{
    const struct row *row = &rows[*number];
    struct package package;
    struct problem problem;
    int result;

    package_make(&package);
    package_put_settings(&package, row->version, row->settings);
    if (row->group)
        package_put(&package, strcmp(row->version, NEW) == 0 ? GROUP_NEW : GROUP_OLD, row->group);
    result = read_package(&problem, &package);
    cr_expect_eq(result, row->words ? -1 : 0, "%s%s: %s", row->settings,
                 row->group ? row->group : "", problem.error ? problem.error : "taken");
    if (row->words && problem.error)
        cr_expect(strstr(problem.error, row->words), "%s%s: %s", row->settings,
                  row->group ? row->group : "", problem.error);
    problem_release(&problem);
}

Test(settings, have_the_format_s_defaults)
{
    struct package package;
    struct problem problem;

    package_make(&package);
    package_put_settings(&package, NEW, "");
    cr_assert_eq(read_package(&problem, &package), 0, "%s", problem.error);
    cr_expect_eq(problem.time_limit_s, 0);
    cr_expect_eq(problem.ac_to_time_limit, 2);
    cr_expect_eq(problem.time_limit_to_tle, 1.5);
    cr_expect_eq(problem.time_resolution_s, 1);
    cr_expect_eq(problem.memory_bytes, INT64_C(2048) * MIB);
    cr_expect_eq(problem.output_bytes, 8 * MIB);
    cr_expect_eq(problem.code_bytes, 128 * 1024);
    cr_expect_eq(problem.compile_us, DUALPIPE_SECONDS(60));
    cr_expect_eq(problem.validation_us, DUALPIPE_SECONDS(60));
    cr_expect_eq(problem.passes_max, 2);
    cr_expect_not(problem.allows_writing);
    problem_release(&problem);
}

Test(settings, are_exact_in_their_units)
{
    struct package package;
    struct problem problem;

    package_make(&package);
    package_put_settings(&package, NEW,
                         "limits:\n  time_limit: 0.25\n  time_resolution: 0.1\n"
                         "  time_multipliers: {ac_to_time_limit: 3, time_limit_to_tle: 1.25}\n"
                         "  memory: 3\n  output: 5\n  code: 7\n  compilation_time: 11\n"
                         "  compilation_memory: 13\n  validation_time: 17\n"
                         "  validation_memory: 19\n  validation_output: 23\n"
                         "  validation_passes: 29\n"
                         "allow_file_writing: true\n");
    cr_assert_eq(read_package(&problem, &package), 0, "%s", problem.error);
    cr_expect_eq(problem.time_limit_s, 0.25);
    cr_expect_eq(problem.time_resolution_s, 0.1);
    cr_expect_eq(problem.ac_to_time_limit, 3);
    cr_expect_eq(problem.time_limit_to_tle, 1.25);
    cr_expect_eq(problem.memory_bytes, 3 * MIB);
    cr_expect_eq(problem.output_bytes, 5 * MIB);
    cr_expect_eq(problem.code_bytes, 7 * 1024);
    cr_expect_eq(problem.compile_us, DUALPIPE_SECONDS(11));
    cr_expect_eq(problem.compile_memory_bytes, 13 * MIB);
    cr_expect_eq(problem.validation_us, DUALPIPE_SECONDS(17));
    cr_expect_eq(problem.validation_memory_bytes, 19 * MIB);
    cr_expect_eq(problem.validation_output_bytes, 23 * MIB);
    cr_expect_eq(problem.passes_max, 29);
    cr_expect(problem.allows_writing);
    problem_release(&problem);
}

Test(settings, of_legacy_have_their_own_multipliers)
{
    static const struct {
        const char *settings;
        double ac;
        double tle;
    } multipliers[] = {
        {"", 5, 2},
        {"limits:\n  time_multiplier: 3\n", 3, 2},
        {"limits:\n  time_safety_margin: 1.5\n", 5, 1.5},
    };

    for (size_t i = 0; i < COUNT(multipliers); i++) {
        struct package package;
        struct problem problem;

        package_make(&package);
        package_put_settings(&package, OLD, multipliers[i].settings);
        cr_assert_eq(read_package(&problem, &package), 0, "%s", problem.error);
        cr_expect_eq(problem.ac_to_time_limit, multipliers[i].ac);
        cr_expect_eq(problem.time_limit_to_tle, multipliers[i].tle);
        problem_release(&problem);
    }
}

Test(settings, unknown_to_legacy_are_warned_of)
{
    struct package package;
    struct problem problem;

    package_make(&package);
    package_put_settings(&package, OLD, "keywords: a b\nnmae: x\nlimits:\n  tmie: 1\n");
    cr_assert_eq(read_package(&problem, &package), 0, "%s", problem.error);
    cr_assert_eq(problem.warnings.count, 2);
    cr_expect(strstr(problem.warnings.items[0], "nmae"), "%s", problem.warnings.items[0]);
    cr_expect(strstr(problem.warnings.items[1], "tmie"), "%s", problem.warnings.items[1]);
    problem_release(&problem);
}

Test(settings, of_a_case_go_before_those_of_its_group)
{
    struct package package;
    struct problem problem;

    package_make(&package);
    package_put_settings(&package, NEW, "constants: {eps: 1e-6}\n");
    package_put(&package, GROUP_NEW,
                "args: [one, two]\noutput_validator_args: [float_tolerance, '{{eps}}']\n"
                "input_validator_args: {check: [a, b], other.py: [c]}\n");
    package_put(&package, "data/secret/2.yaml",
                "args: []\noutput_validator_args: [case_sensitive]\nhint: look\n"
                "description: the second\n");
    package_put(&package, "data/secret/1.files/more/input.txt", "x\n");
    cr_assert_eq(read_package(&problem, &package), 0, "%s", problem.error);
    cr_assert_eq(problem.test_count, 2);
    cr_assert_eq(problem.tests[0].args.count, 2);
    cr_expect_str_eq(problem.tests[0].validator_args.items[1], "1e-6");
    cr_expect_eq(problem.tests[0].input_args.names.count, 3);
    cr_expect_str_eq(problem.tests[0].files, "data/secret/1.files");
    cr_expect_eq(problem.tests[1].args.count, 0);
    cr_expect_str_eq(problem.tests[1].validator_args.items[0], "case_sensitive");
    cr_expect_str_eq(problem.tests[1].hint, "look");
    problem_release(&problem);
}
