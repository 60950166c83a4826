/* SPDX-License-Identifier: MIT */
/*
 * data_checks.c - do the package's validators accept and reject what its data says
 * they do? Each directory of such data is told like a submission: a row, a case
 * for each file, and what is expected of it.
 */
#include "input_validation.h"
#include "judgement_release.h"
#include "scratch.h"
#include "verify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ONLY(verdict) (UINT32_C(1) << (verdict))

struct checks {
    struct judging *judging;
    struct input_validators validators;
    char *broken; /* why they cannot be built */
};

/* Something about the validators, not about the case. Returns it, the caller's to
 * free. */
static char *take_error(struct checks *checks)
{
    char **error = &checks->judging->judgement.error;
    char *taken = *error ? *error : text_copy("it could not be found out");

    *error = NULL;
    return taken;
}

static void check_input(struct checks *checks, const struct test *test, struct judge_case *made)
{
    char *said = NULL;
    int answer;

    if (checks->broken) {
        case_fail(made, JUDGE_JUDGE_ERROR, text_copy(checks->broken));
        return;
    }
    if (checks->validators.count == 0) {
        case_fail(made, JUDGE_SKIPPED, text_copy("there is no input validator to be run"));
        return;
    }
    answer = input_validators_ask(&checks->validators, test, &said);
    if (answer < 0)
        case_fail(made, JUDGE_JUDGE_ERROR, take_error(checks));
    else if (answer == 0)
        case_fail(made, JUDGE_WRONG_ANSWER, said);
    else
        case_fail(made, JUDGE_ACCEPTED, text_copy("all input validators accept it"));
}

static void check_text(const struct checks *checks, const struct test *test, const char *output,
                       struct judge_case *made)
{
    const struct problem *problem = &checks->judging->problem;
    const int input_fd = problem_open(problem, test->input, O_RDONLY);
    const int output_fd = problem_open(problem, output, O_RDONLY);
    char *feedback = NULL;

    if (input_fd < 0 || output_fd < 0)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("%s: %s", input_fd < 0 ? test->input : output,
                             strerrordesc_np(input_fd < 0 ? -input_fd : -output_fd)));
    else
        check_output(checks->judging, NULL, test, input_fd, output_fd, &feedback, made);
    if (feedback)
        scratch_remove(feedback);
    free(feedback);
    if (input_fd >= 0)
        (void)close(input_fd);
    if (output_fd >= 0)
        (void)close(output_fd);
}

/* Its input "must contain valid input", where that can be found out. */
static void check_extra_output(struct checks *checks, const struct test *test,
                               struct judge_case *made)
{
    check_input(checks, test, made);
    if (made->verdict == JUDGE_WRONG_ANSWER)
        case_fail(made, JUDGE_JUDGE_ERROR, text_print("its input is not valid: %s", made->reason));
    if (made->verdict != JUDGE_JUDGE_ERROR)
        check_text(checks, test, test->output, made);
}

/* All cases agree, or the first that counts: a fault of the validators before all. */
static void settle(struct judge_submission *made, enum judge_verdict expected)
{
    const struct judge_case *telling = &made->cases[0];

    for (size_t i = 0; i < made->case_count; i++) {
        const struct judge_case *one = &made->cases[i];

        if (telling->verdict != JUDGE_JUDGE_ERROR &&
            (one->verdict == JUDGE_JUDGE_ERROR ||
             (telling->verdict == expected && one->verdict != expected)))
            telling = one;
    }
    made->verdict = telling->verdict;
    made->reason =
        telling->verdict == expected
            ? text_print("all %zu %s", made->case_count,
                         expected == JUDGE_ACCEPTED ? "are accepted" : "are rejected")
            : text_print("%s: %s", telling->name, telling->reason ? telling->reason : "");
}

static void start_row(const char *directory, struct judge_submission *made)
{
    *made = (struct judge_submission){
        .file = text_print("data/%s", directory),
        .memory_peak_bytes = DUALPIPE_UNKNOWN,
        .agrees = true,
        .is_data = true,
    };
}

static struct judge_case *add_case(struct judge_submission *row, const char *directory,
                                   const char *name)
{
    struct judge_case *made = GROW(row->cases, row->case_count);

    *made =
        (struct judge_case){.name = text_copy(name), .group = text_copy(directory), .passes = 1};
    return made;
}

static void finish_row(struct checks *checks, const char *source, enum judge_verdict expected,
                       struct judge_submission *made)
{
    struct judgement *judgement = &checks->judging->judgement;
    struct expectation expectation = {.source = (char *)(uintptr_t)source,
                                      .permitted = ONLY(expected)};
    const struct example example = {.expectations = &expectation, .expectation_count = 1};

    if (made->case_count == 0) {
        judge_submission_release(made);
        return;
    }
    settle(made, expected);
    verify_submission(&checks->judging->problem, &example, made);
    *GROW(judgement->submissions, judgement->submission_count) = *made;
}

static void check_directory(struct checks *checks, const char *directory,
                            enum judge_verdict expected,
                            void (*check)(struct checks *, const struct test *,
                                          struct judge_case *))
{
    struct problem *problem = &checks->judging->problem;
    struct judge_submission made;
    struct tests tests = {0};

    start_row(directory, &made);
    if (package_read_extra(problem, directory, &tests) < 0) {
        case_fail(add_case(&made, directory, directory), JUDGE_JUDGE_ERROR, problem->error);
        problem->error = NULL;
    } else {
        for (size_t i = 0; i < tests.count && !judging_is_cancelled(checks->judging); i++)
            check(checks, &tests.items[i], add_case(&made, directory, tests.items[i].name));
    }
    tests_release(&tests);
    finish_row(checks, directory, expected, &made);
}

/* 2025-09: samples that are shown with an output of their own, or with the answer. */
static void check_samples(struct checks *checks)
{
    const struct problem *problem = &checks->judging->problem;
    struct judge_submission made;

    start_row("sample", &made);
    for (size_t i = 0; i < problem->test_count && !judging_is_cancelled(checks->judging); i++) {
        const struct test *test = &problem->tests[i];
        char *output = text_print("data/%s.out", test->name);
        char *shown = text_print("data/%s.ans.statement", test->name);

        if (strncmp(test->name, "sample/", 7) == 0 && !test->is_static) {
            if (problem_has_file(problem, output))
                check_text(checks, test, output, add_case(&made, "sample", test->name));
            else if (!problem_has_file(problem, shown))
                check_text(checks, test, test->answer, add_case(&made, "sample", test->name));
        }
        free(output);
        free(shown);
    }
    finish_row(checks, "sample answers", JUDGE_ACCEPTED, &made);
}

void judging_check_data(struct judging *judging)
{
    const struct problem *problem = &judging->problem;
    const bool has_outputs = !(problem->kind & JUDGE_INTERACTIVE);
    struct checks checks = {.judging = judging};

    if (problem->format == FORMAT_FOLDER)
        return;
    if (problem_has_directory(problem, "data/invalid_input") ||
        (has_outputs && (problem_has_directory(problem, "data/invalid_output") ||
                         problem_has_directory(problem, "data/valid_output")))) {
        const size_t told = judging->problem.warnings.count;

        if (input_validators_build(&checks.validators, judging) < 0)
            checks.broken = take_error(&checks);
        judging_tell_warnings(judging, told);
    }
    check_directory(&checks, "invalid_input", JUDGE_WRONG_ANSWER, check_input);
    if (has_outputs) {
        check_directory(&checks, "invalid_output", JUDGE_WRONG_ANSWER, check_extra_output);
        check_directory(&checks, "valid_output", JUDGE_ACCEPTED, check_extra_output);
    }
    if (has_outputs && problem->format == FORMAT_2025_09 && !(problem->kind & JUDGE_MULTI_PASS))
        check_samples(&checks);
    if (checks.validators.built)
        input_validators_release(&checks.validators);
    free(checks.broken);
}
