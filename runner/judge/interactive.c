/* SPDX-License-Identifier: MIT */
/*
 * interactive.c - a case of an interactive problem.
 *
 * What counts, in this order: the interactor is at fault; the pair was silent;
 * the interactor rejected, and ended first; a limit of the submission's, or its
 * crash; what the interactor said. SIGPIPE is nobody's fault.
 */
#include "judging.h"
#include "pair.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_ACCEPTED 42
#define IDLE_US DUALPIPE_SECONDS(2)
#define FAILED_GRACE_US DUALPIPE_SECONDS(1)
#define RECORD_BYTES ((size_t)256 * 1024)

static bool is_testlib(const struct judging *judging)
{
    return judging->options->interactor && judging->checker_kind == CHECK_TESTLIB;
}

static bool is_rejection(const struct dualpipe_result *result, void *argument)
{
    const struct judging *judging = argument;
    const int accepted = is_testlib(judging) ? 0 : EXIT_ACCEPTED;

    return !WIFEXITED(result->status) || WEXITSTATUS(result->status) != accepted;
}

static void make_interactor(struct box *box, const struct judging *judging,
                            const struct built *submission, const struct test *test, int input_fd,
                            int answer_fd)
{
    struct dualpipe_limits limits = checker_limits(judging);
    struct texts arguments = {0};

    texts_add(&arguments, INSIDE_INPUT);
    if (is_testlib(judging)) {
        texts_add(&arguments, "/box/tout");
        texts_add(&arguments, INSIDE_ANSWER);
    } else {
        texts_add(&arguments, INSIDE_ANSWER);
        texts_add(&arguments, INSIDE_FEEDBACK);
        texts_add_all(&arguments, &test->validator_args);
    }
    if (judging->limits.wall_us == DUALPIPE_UNLIMITED)
        limits.wall_us = DUALPIPE_UNLIMITED;
    else
        limits.wall_us += judging->limits.wall_us;
    box_make_validator(box, &judging->checkers[0], &arguments, &limits);
    texts_release(&arguments);
    box_show(box, input_fd, INSIDE_INPUT);
    box_show(box, answer_fd, INSIDE_ANSWER);
    if (judging->problem.format == FORMAT_2025_09)
        box_show_submission(box, submission);
    box->job.cancel_fd = &judging->cancel_fd;
}

static bool has_died_of_sigpipe(const struct dualpipe_result *result)
{
    return result->verdict == DUALPIPE_SIGNALLED && WIFSIGNALED(result->status) &&
           WTERMSIG(result->status) == SIGPIPE;
}

static void tell_silence(const struct pair *pair, struct judge_case *made)
{
    case_fail(made, JUDGE_IDLE,
              text_print("both sides were silent: the submission waits for %s, the interactor "
                         "for %s",
                         pair->sides[PAIR_FIRST].waits, pair->sides[PAIR_SECOND].waits));
}

/* What the interactor said is in made already: it is kept, or replaced by what
 * counts more. */
static void decide(const struct pair *pair, struct judge_case *made)
{
    const struct dualpipe_result *submission = &pair->sides[PAIR_FIRST].result;
    const bool second_first = pair->ended_first == PAIR_SECOND;

    if (pair->is_silent) {
        tell_silence(pair, made);
    } else if (!pair->second_was_ended &&
               (made->verdict == JUDGE_JUDGE_ERROR || made->verdict == JUDGE_SKIPPED ||
                (made->verdict == JUDGE_WRONG_ANSWER && second_first))) {
        return;
    } else if (submission->verdict != DUALPIPE_OK && !has_died_of_sigpipe(submission)) {
        case_run_verdict(made, submission);
    }
}

static void take_exchanges(struct pair *pair, struct judge_case *made)
{
    for (size_t i = 0; i < pair->exchange_count; i++)
        *GROW(made->exchanges, made->exchange_count) = pair->exchanges[i];
    free(pair->exchanges);
    pair->exchanges = NULL;
    pair->exchange_count = 0;
    made->exchanges_cut = made->exchanges_cut || pair->exchanges_cut;
}

/* A checker of its own has the last word, where testlib's interactor let pass. */
static void check_after(const struct judging *judging, const struct test *test, int input_fd,
                        const char *left, struct judge_case *made)
{
    char *path;

    if (!judging->has_extra_checker || made->verdict != JUDGE_ACCEPTED)
        return;
    path = text_print("%s/tout", left);
    check_file(judging, &judging->extra_checker, test, input_fd, path, made);
    free(path);
}

static void tell(const struct judging *judging, struct pair *pair, const struct box boxes[2],
                 const char *left, int left_error, struct judge_case *made)
{
    const struct dualpipe_result *interactor = &pair->sides[PAIR_SECOND].result;
    char *said = box_standard_error(&boxes[PAIR_SECOND], interactor);

    case_keep_result(made, &pair->sides[PAIR_FIRST].result);
    made->had_interactor = true;
    made->interactor = *interactor;
    free(made->standard_error);
    made->standard_error = box_standard_error(&boxes[PAIR_FIRST], &made->run);
    checker_verdict(judging, is_testlib(judging) ? CHECK_TESTLIB : CHECK_VALIDATOR, interactor,
                    said, made);
    if (!is_testlib(judging) && left_error == 0)
        feedback_read(judging, left, made->verdict == JUDGE_ACCEPTED, made);
    else if (!is_testlib(judging) && made->verdict != JUDGE_JUDGE_ERROR)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("what the interactor left could not be taken: %s",
                             strerrordesc_np(-left_error)));
    if (!made->message && said)
        made->message = text_copy(said);
    free(said);
    decide(pair, made);
}

static void talk(const struct judging *judging, const struct test *test, int input_fd,
                 struct box boxes[2], const char *left, struct judge_case *made)
{
    const int left_fd = open(left, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int left_error = left_fd < 0 ? -errno : -ECANCELED; /* should it not come so far */
    struct pair_order order = {
        .jobs = {&boxes[PAIR_FIRST].job, &boxes[PAIR_SECOND].job},
        .idle_us = judging->options->limits.idle_us ? judging->options->limits.idle_us : IDLE_US,
        .record_bytes = judging->options->transcript_path ? RECORD_BYTES : 0,
        .is_rejection = is_rejection,
        .failed_grace_us = FAILED_GRACE_US,
        .argument = (void *)(uintptr_t)judging,
    };
    char *cpu = judging->options->one_cpu ? pair_choose_cpu(judging->options->cpus) : NULL;
    struct pair pair;

    boxes[PAIR_SECOND].collect = (struct dualpipe_collect){
        .name = ".", .fd = left_fd, .max_bytes = DUALPIPE_MEBIBYTES(256), .error = &left_error};
    boxes[PAIR_SECOND].job.collects = &boxes[PAIR_SECOND].collect;
    boxes[PAIR_SECOND].job.collect_count = left_fd < 0 ? 0 : 1;
    boxes[PAIR_FIRST].job.limits.idle_us = 0; /* of the pair, not of one side */
    if (cpu)
        boxes[PAIR_FIRST].job.cpus = boxes[PAIR_SECOND].job.cpus = cpu;
    if (boxes[0].problem || boxes[1].problem) {
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_copy(boxes[0].problem ? boxes[0].problem : boxes[1].problem));
    } else if (pair_run(&pair, &order) < 0) {
        case_fail(
            made, JUDGE_JUDGE_ERROR,
            text_print("the pair could not be run: %s", pair.sides[0].error   ? pair.sides[0].error
                                                        : pair.sides[1].error ? pair.sides[1].error
                                                                              : "a box broke"));
        pair_release(&pair);
    } else {
        tell(judging, &pair, boxes, left, left_error, made);
        take_exchanges(&pair, made);
        check_after(judging, test, input_fd, left, made);
        pair_release(&pair);
    }
    free(cpu);
    if (left_fd >= 0)
        (void)close(left_fd);
}

void case_interact(const struct judging *judging, const struct built *submission,
                   const struct test *test, int input_fd, char **feedback, struct judge_case *made)
{
    const int answer_fd = problem_open(&judging->problem, test->answer, O_RDONLY);
    struct box *boxes = allocate(2 * sizeof(*boxes));
    char *left = scratch_directory("left");

    if (answer_fd < 0) {
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("%s: %s", test->answer, strerrordesc_np(-answer_fd)));
    } else {
        case_make_box(&boxes[PAIR_FIRST], judging, submission, test);
        make_interactor(&boxes[PAIR_SECOND], judging, submission, test, input_fd, answer_fd);
        if (*feedback)
            (void)box_copy_directory(&boxes[PAIR_SECOND], *feedback);
        talk(judging, test, input_fd, boxes, left, made);
        box_release(&boxes[PAIR_FIRST]);
        box_release(&boxes[PAIR_SECOND]);
        (void)close(answer_fd);
    }
    free(boxes);
    if (*feedback)
        scratch_remove(*feedback);
    free(*feedback);
    *feedback = left;
}
