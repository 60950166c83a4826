/* SPDX-License-Identifier: MIT */
/*
 * case.c - one test case of one submission: run, check, and again where the
 * problem has several passes.
 */
#include "judging.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much longer a run may last that the host had no time for. */
#define STARVED_FACTOR 10

void case_fail(struct judge_case *made, enum judge_verdict verdict, char *reason)
{
    made->verdict = verdict;
    free(made->reason);
    made->reason = reason;
}

void case_run_verdict(struct judge_case *made, const struct dualpipe_result *result)
{
    static const enum judge_verdict verdicts[DUALPIPE_VERDICT_COUNT] = {
        [DUALPIPE_INTERNAL_ERROR] = JUDGE_JUDGE_ERROR,
        [DUALPIPE_VIOLATION] = JUDGE_VIOLATION,
        [DUALPIPE_MEMORY_LIMIT] = JUDGE_MEMORY_LIMIT,
        [DUALPIPE_TIME_LIMIT] = JUDGE_TIME_LIMIT,
        [DUALPIPE_WALL_LIMIT] = JUDGE_TIME_LIMIT,
        [DUALPIPE_OUTPUT_LIMIT] = JUDGE_OUTPUT_LIMIT,
        [DUALPIPE_CANCELLED] = JUDGE_SKIPPED,
        [DUALPIPE_SIGNALLED] = JUDGE_RUN_TIME_ERROR,
        [DUALPIPE_NONZERO_EXIT] = JUDGE_RUN_TIME_ERROR,
        [DUALPIPE_OK] = JUDGE_ACCEPTED,
    };
    enum judge_verdict verdict = verdicts[result->verdict];

    if (result->verdict == DUALPIPE_WALL_LIMIT && result->idle)
        verdict = JUDGE_IDLE;
    if (result->refused.count > 0 && verdict == JUDGE_RUN_TIME_ERROR)
        case_fail(made, verdict,
                  text_print("%s; the policy refused %s", result->reason, result->refused_text));
    else if (result->refused.count > 0 && verdict == JUDGE_VIOLATION && result->refused_hint[0])
        case_fail(made, verdict, text_print("%s (%s)", result->reason, result->refused_hint));
    else
        case_fail(made, verdict, text_copy(result->reason));
}

/* Of several passes, the slowest counts. */
void case_keep_result(struct judge_case *made, const struct dualpipe_result *result)
{
    const int64_t memory = made->run.usage.memory_peak_bytes;

    if (!made->was_run || result->usage.cpu_us >= made->run.usage.cpu_us)
        made->run = *result;
    if (made->was_run && memory > made->run.usage.memory_peak_bytes)
        made->run.usage.memory_peak_bytes = memory;
    made->was_run = true;
}

void case_make_box(struct box *box, const struct judging *judging, const struct built *submission,
                   const struct test *test)
{
    const struct problem *problem = &judging->problem;

    box_make_submission(box, submission, problem->allows_writing || test->files, &test->args,
                        &judging->limits);
    if (test->files) {
        char *files = text_print("%s/%s", problem->directory, test->files);

        (void)box_copy_directory(box, files);
        free(files);
    }
    if (!box->pool) /* its boxes have them already */
        box->job.cpus = judging->options->cpus;
    box->job.cancel_fd = &judging->cancel_fd;
}

/* Was it the host that had no time for it? It met a wall limit that nobody asked
 * for, had CPU time left, and was pushed aside more often than it slept. */
static bool was_starved(const struct judging *judging, const struct dualpipe_result *result)
{
    const struct dualpipe_usage *usage = &result->usage;

    return result->verdict == DUALPIPE_WALL_LIMIT && !result->idle &&
           judging->options->limits.wall_us == 0 && usage->cpu_us < judging->limits.cpu_us &&
           usage->switches_involuntary > usage->switches_voluntary;
}

static int run_in_box(struct box *box, int input_fd, int output_fd, struct dualpipe_result *result,
                      char **why)
{
    if (lseek(input_fd, 0, SEEK_SET) != 0 || lseek(output_fd, 0, SEEK_SET) != 0 ||
        ftruncate(output_fd, 0) != 0) {
        *result = (struct dualpipe_result){.size = sizeof(*result)};
        *why = text_print("cannot go back to the start of the case's files: %s",
                          strerrordesc_np(errno));
        return -1;
    }
    box->job.standard_input = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = input_fd};
    box->job.standard_output =
        (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = output_fd};
    return box_run(box, result, why);
}

/* Run the submission once. Returns true: its output is to be checked. */
static bool run_once(const struct judging *judging, const struct built *submission,
                     const struct test *test, int input_fd, int output_fd, struct judge_case *made)
{
    struct dualpipe_result result;
    struct box box;
    char *why = NULL;
    int status;

    case_make_box(&box, judging, submission, test);
    status = run_in_box(&box, input_fd, output_fd, &result, &why);
    if (status == 0 && was_starved(judging, &result)) {
        box.job.limits.wall_us *= STARVED_FACTOR;
        status = run_in_box(&box, input_fd, output_fd, &result, &why);
        result.attempts = 2;
    } else if (status < 0 && result.error.retryable && box_had_begun(&result.error)) {
        free(why);
        why = NULL;
        status = run_in_box(&box, input_fd, output_fd, &result, &why);
        result.attempts = 2;
    }
    if (status < 0) {
        made->run = result;
        case_fail(made, JUDGE_JUDGE_ERROR, why);
    } else {
        case_keep_result(made, &result);
        case_run_verdict(made, &result);
        free(made->standard_error);
        made->standard_error = box_standard_error(&box, &result);
    }
    box_release(&box);
    return status == 0 && result.verdict == DUALPIPE_OK;
}

/* The next pass' input, moved out of the feedback directory. Returns its
 * descriptor, -1: there is none. */
static int take_next_input(const char *feedback)
{
    char *path = text_print("%s/nextpass.in", feedback);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *kept;

    if (fd >= 0) { /* it keeps a name, to be shown to the validator */
        kept = text_print("%s.in", feedback);
        (void)rename(path, kept);
        free(kept);
    }
    free(path);
    return fd;
}

static void one_pass(const struct judging *judging, const struct built *submission,
                     const struct test *test, int input_fd, char **feedback,
                     struct judge_case *made)
{
    int output_fd;

    if (judging->problem.kind & JUDGE_INTERACTIVE) {
        case_interact(judging, submission, test, input_fd, feedback, made);
        return;
    }
    output_fd = memfd_create("dualpipe-output", MFD_CLOEXEC);
    if (output_fd < 0) {
        case_fail(made, JUDGE_JUDGE_ERROR, text_print("memfd_create: %s", strerrordesc_np(errno)));
        return;
    }
    if (run_once(judging, submission, test, input_fd, output_fd, made))
        check_output(judging, submission, test, input_fd, output_fd, feedback, made);
    (void)close(output_fd);
}

static void all_passes(const struct judging *judging, const struct built *submission,
                       const struct test *test, int input_fd, struct judge_case *made)
{
    const struct problem *problem = &judging->problem;
    const bool has_passes = (problem->kind & JUDGE_MULTI_PASS) != 0;
    char *feedback = NULL;

    for (made->passes = 1;; made->passes++) {
        int next_fd;

        one_pass(judging, submission, test, input_fd, &feedback, made);
        next_fd = has_passes && feedback ? take_next_input(feedback) : -1;
        if (next_fd < 0)
            break;
        (void)close(input_fd);
        input_fd = next_fd;
        if (made->verdict != JUDGE_ACCEPTED) {
            if (made->verdict == JUDGE_WRONG_ANSWER)
                case_fail(made, JUDGE_JUDGE_ERROR,
                          text_copy("the validator rejected, and left a nextpass.in"));
            break;
        }
        if (made->passes == problem->passes_max) {
            case_fail(made, JUDGE_JUDGE_ERROR,
                      text_print("the validator asks for more passes than the problem has (%u)",
                                 problem->passes_max));
            break;
        }
    }
    (void)close(input_fd);
    if (feedback)
        scratch_remove(feedback);
    free(feedback);
}

void case_judge(const struct judging *judging, const struct built *submission,
                const struct test *test, struct judge_case *made)
{
    const struct problem *problem = &judging->problem;
    int input_fd;

    made->passes = 1;
    if (problem->kind & JUDGE_SUBMIT_ANSWER) {
        answers_judge(judging, submission, test, made);
        return;
    }
    if (test->is_static) {
        case_validate_sources(judging, submission, test, made);
        return;
    }
    input_fd = problem_open(problem, test->input, O_RDONLY);
    if (input_fd < 0)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("%s: %s", test->input, strerrordesc_np(-input_fd)));
    else
        all_passes(judging, submission, test, input_fd, made);
}
