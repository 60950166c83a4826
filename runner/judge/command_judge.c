/* SPDX-License-Identifier: MIT */
/* command_judge.c - `dualpipe judge`: submissions go in, verdicts come out. */
#include "command_judge.h"

#include "judgement_release.h"
#include "judging.h"
#include "outputs.h"
#include "time_limit.h"
#include "verify.h"

#include "../commands.h"
#include "../signals.h"
#include "../words.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void judging_show(const struct judging *judging, const struct judge_submission *submission,
                  size_t done)
{
    struct progress_state state = {
        .submission = submission->file,
        .submission_number = judging->submission_number,
        .submission_count = judging->submission_count,
        .case_number = done,
        .case_count = submission->case_count,
    };

    if (!judging->progress)
        return;
    for (size_t i = 0; i < submission->case_count; i++)
        state.accepted += submission->cases[i].verdict == JUDGE_ACCEPTED;
    progress_show(judging->progress, &state);
}

/* To be verified, all cases are looked at: rules are about each of them. In legacy
 * they are of what a judge sees, which stops at the first failure unless the package
 * says otherwise; only where that does not agree, the others are looked at, too. */
static bool goes_on(const struct judging *judging)
{
    return judging->options->all ||
           (judging->options->verify && judging->problem.format == FORMAT_2025_09);
}

static void judge_one(struct judging *judging, const char *path, const struct example *example)
{
    const struct judge_options *options = judging->options;
    struct judgement *judgement = &judging->judgement;
    struct judge_submission made;

    judging->submission_number++;
    judging->goes_on = goes_on(judging);
    judging_submission(judging, path, example, &made);
    if (example)
        verify_submission(&judging->problem, example, &made);
    if (example && !made.agrees && !judging->goes_on && options->verify &&
        !judging_is_cancelled(judging)) {
        judge_submission_release(&made);
        judging->goes_on = true;
        judging_submission(judging, path, example, &made);
        verify_submission(&judging->problem, example, &made);
    }
    if (judging->options->verify && example)
        time_limit_check(judging, example, &made);
    *GROW(judgement->submissions, judgement->submission_count) = made;
}

/* Inside of submissions/ of the package itself? Then it is judged as one of its
 * own, with what the package says of it. */
static const struct example *find_example(const struct problem *problem, const char *path)
{
    char *full = realpath(path, NULL);
    const struct example *found = NULL;

    for (size_t i = 0; full && !found && i < problem->example_count; i++) {
        char *own = text_print("%s/submissions/%s", problem->directory, problem->examples[i].path);

        if (strcmp(own, full) == 0)
            found = &problem->examples[i];
        free(own);
    }
    free(full);
    return found;
}

static void judge_all(struct judging *judging)
{
    const struct judge_options *options = judging->options;
    const struct problem *problem = &judging->problem;

    judging->submission_number = 0;
    if (options->verify) {
        judging->submission_count = problem->example_count;
        for (size_t i = 0; i < problem->example_count && !judging_is_cancelled(judging); i++)
            judge_one(judging, NULL, &problem->examples[i]);
        judging_check_data(judging);
        return;
    }
    judging->submission_count = (size_t)options->operand_count - 1;
    for (int i = 1; i < options->operand_count && !judging_is_cancelled(judging); i++)
        judge_one(judging, options->operands[i], find_example(problem, options->operands[i]));
}

/* As REPORT.md has it: 0 accepted, 1 not, 2 could not judge. */
static int status_of_verdicts(const struct judgement *judgement)
{
    int status = 0;

    for (size_t i = 0; i < judgement->submission_count; i++) {
        const enum judge_verdict verdict = judgement->submissions[i].verdict;

        if (verdict == JUDGE_JUDGE_ERROR || verdict == JUDGE_SKIPPED)
            return EXIT_NO_VERDICT;
        if (verdict != JUDGE_ACCEPTED)
            status = EXIT_OTHER_VERDICT;
    }
    return status;
}

/* 0: all agree. What could not be judged agrees with nothing, but does not
 * disagree either, unless there is nothing else. */
static int status_of_verification(const struct judgement *judgement)
{
    bool is_empty = true;
    size_t judged = 0;
    int status = 0;

    for (size_t i = 0; i < judgement->submission_count; i++) {
        const struct judge_submission *one = &judgement->submissions[i];

        is_empty = is_empty && one->is_data;
        judged += one->verdict != JUDGE_SKIPPED && !one->is_data;
        if (!one->agrees)
            status = EXIT_OTHER_VERDICT;
    }
    if (judged > 0)
        return status;
    say("%s", is_empty ? "there is nothing to verify: the package has no submissions/"
                       : "nothing could be verified: no toolchain of its submissions is installed");
    return EXIT_NO_VERDICT;
}

static int check_options(const struct judge_options *options)
{
    if (options->operand_count < 1) {
        say("no problem is named");
    } else if (options->verify && options->operand_count > 1) {
        say("--verify judges the package's own submissions; name the problem alone");
    } else if (!options->verify && options->operand_count < 2) {
        say("no submission is named; --verify would judge the package's own");
    } else {
        return 0;
    }
    say("Try 'dualpipe judge --help'");
    return -1;
}

static int run(const struct judge_options *options, int cancel_fd)
{
    struct judge_outputs outputs;
    struct progress progress;
    struct judging judging;
    int status = EXIT_NO_VERDICT;

    if (judge_outputs_open(&outputs, options) < 0) {
        judge_outputs_close(&outputs);
        return EXIT_NO_VERDICT;
    }
    progress_start(&progress, STDERR_FILENO, options->talk < 0);
    if (judging_start(&judging, options, cancel_fd) == 0) {
        judging.progress = &progress;
        judge_all(&judging);
        status = options->verify ? status_of_verification(&judging.judgement)
                                 : status_of_verdicts(&judging.judgement);
    } else {
        say_lines(judging.judgement.error);
    }
    progress_clear(&progress);
    if (judging_is_cancelled(&judging)) {
        say("interrupted");
        status = EXIT_NO_VERDICT;
    }
    if (judge_outputs_write(&outputs, options, &judging.judgement, "submission") < 0)
        status = EXIT_NO_VERDICT;
    judge_outputs_close(&outputs);
    judging_end(&judging);
    return status;
}

int command_judge(int argc, char **argv)
{
    struct judge_options options;
    int status = EXIT_NO_VERDICT;
    int cancel_fd = -1;

    if (judge_options_read(&options, argc, argv) < 0)
        say("Try 'dualpipe judge --help'");
    else if (options.help)
        status = judge_help();
    else if (check_options(&options) == 0 && signals_catch(&cancel_fd) == 0)
        status = run(&options, cancel_fd);
    judge_options_release(&options);
    return status;
}
