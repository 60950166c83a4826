/* SPDX-License-Identifier: MIT */
/* check.c - is an output right: the default validator, validators and checkers. */
#include "judging.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_ACCEPTED 42
#define EXIT_REJECTED 43
#define MESSAGE_MAX 65536

struct bytes {
    const char *data;
    size_t size;
};

static int map(int fd, struct bytes *bytes)
{
    struct stat status;
    void *data;

    if (fstat(fd, &status) < 0)
        return -errno;
    *bytes = (struct bytes){.data = "", .size = (size_t)status.st_size};
    if (bytes->size == 0)
        return 0;
    data = mmap(NULL, bytes->size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return -errno;
    bytes->data = data;
    return 0;
}

static void unmap(const struct bytes *bytes)
{
    if (bytes->size > 0)
        (void)munmap((void *)(uintptr_t)bytes->data, bytes->size);
}

static void compare(const struct comparison *comparison, int output_fd, int answer_fd,
                    struct judge_case *made)
{
    struct bytes output = {0};
    struct bytes answer = {0};
    int result = map(output_fd, &output);

    if (result < 0) {
        case_fail(made, JUDGE_JUDGE_ERROR, text_print("the output: %s", strerrordesc_np(-result)));
        return;
    }
    result = map(answer_fd, &answer);
    if (result < 0) {
        unmap(&output);
        case_fail(made, JUDGE_JUDGE_ERROR, text_print("the answer: %s", strerrordesc_np(-result)));
        return;
    }
    if (comparison_holds(comparison, output.data, output.size, answer.data, answer.size,
                         &made->difference))
        case_fail(made, JUDGE_ACCEPTED, text_copy("the output is right"));
    else
        case_fail(made, JUDGE_WRONG_ANSWER, difference_in_words(&made->difference));
    unmap(&output);
    unmap(&answer);
}

static void check_default(const struct judging *judging, const struct test *test, int output_fd,
                          int answer_fd, struct judge_case *made)
{
    const struct judge_options *options = judging->options;
    struct texts arguments = {0};
    struct comparison comparison;
    char *error = NULL;

    texts_add_all(&arguments, &test->validator_args);
    for (size_t i = 0; i < options->checker_argument_count; i++)
        texts_add(&arguments, options->checker_arguments[i]);
    if (comparison_read(&comparison, (const char *const *)arguments.items, arguments.count,
                        &error) < 0) {
        case_fail(made, JUDGE_JUDGE_ERROR, error);
    } else {
        comparison.exact = judging->checker_kind == CHECK_EXACT;
        compare(&comparison, output_fd, answer_fd, made);
    }
    texts_release(&arguments);
}

struct dualpipe_limits checker_limits(const struct judging *judging)
{
    const struct problem *problem = &judging->problem;

    return (struct dualpipe_limits){
        .cpu_us = problem->validation_us,
        .wall_us = 2 * problem->validation_us + DUALPIPE_SECONDS(5),
        .memory_bytes = problem->validation_memory_bytes,
        .output_bytes = problem->validation_output_bytes,
        .disk_bytes = DUALPIPE_MEBIBYTES(256),
    };
}

/* How it ended, where that is no answer. */
static char *broken_checker(const struct dualpipe_result *result, const char *standard_error)
{
    return text_print("the validator is at fault: %s%s%.300s", result->reason,
                      standard_error ? "; it said: " : "", standard_error ? standard_error : "");
}

static void validator_verdict(const struct dualpipe_result *result, const char *standard_error,
                              struct judge_case *made)
{
    const int exit_code = WIFEXITED(result->status) ? WEXITSTATUS(result->status) : -1;

    if (result->verdict == DUALPIPE_NONZERO_EXIT && exit_code == EXIT_ACCEPTED)
        case_fail(made, JUDGE_ACCEPTED, text_copy("the validator accepts the output"));
    else if (result->verdict == DUALPIPE_NONZERO_EXIT && exit_code == EXIT_REJECTED)
        case_fail(made, JUDGE_WRONG_ANSWER, text_copy("the validator rejects the output"));
    else if (result->verdict == DUALPIPE_OK)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_copy("the validator is at fault: it exited with 0, and only 42 (accepted) "
                            "and 43 (rejected) are answers"));
    else
        case_fail(made, JUDGE_JUDGE_ERROR, broken_checker(result, standard_error));
}

/* "points 12.5 well done" */
static bool read_points(const char *text, const char *word, double *points)
{
    const char *at = text ? strstr(text, word) : NULL;
    char *end;

    if (!at)
        return false;
    at += strlen(word);
    *points = strtod(at + strspn(at, " ("), &end);
    return end != at + strspn(at, " (") && *points >= 0 && *points < 1e15;
}

static void testlib_verdict(const struct dualpipe_result *result, const char *standard_error,
                            struct judge_case *made)
{
    const int exit_code = WIFEXITED(result->status) ? WEXITSTATUS(result->status) : -1;
    const char *said = standard_error ? standard_error : "";
    double points;

    if (result->verdict == DUALPIPE_OK) {
        case_fail(made, JUDGE_ACCEPTED, text_copy(said[0] ? said : "the checker accepts"));
        return;
    }
    if (result->verdict != DUALPIPE_NONZERO_EXIT || exit_code == 3) {
        case_fail(made, JUDGE_JUDGE_ERROR, broken_checker(result, standard_error));
        return;
    }
    switch (exit_code) {
    case 1:
    case 2: /* presentation error */
    case 4: /* dirt after the output */
    case 8: /* its end came too soon */
        case_fail(made, JUDGE_WRONG_ANSWER, text_copy(said[0] ? said : "the checker rejects"));
        return;
    case 7:
        if (read_points(said, "points", &points)) {
            made->score = (struct judge_score){true, points};
            case_fail(made, JUDGE_ACCEPTED, text_copy(said));
            return;
        }
        break;
    default: /* partially correct, with PC_BASE_EXIT_CODE 50 */
        if (exit_code >= 50 && exit_code <= 250) {
            made->score = (struct judge_score){true, exit_code - 50};
            case_fail(made, JUDGE_WRONG_ANSWER, text_copy(said[0] ? said : "partially correct"));
            return;
        }
    }
    case_fail(made, JUDGE_JUDGE_ERROR, broken_checker(result, standard_error));
}

void checker_verdict(const struct judging *judging, enum checker_kind kind,
                     const struct dualpipe_result *result, const char *standard_error,
                     struct judge_case *made)
{
    (void)judging;
    if (result->verdict == DUALPIPE_CANCELLED)
        case_fail(made, JUDGE_SKIPPED, text_copy("interrupted"));
    else if (kind == CHECK_TESTLIB)
        testlib_verdict(result, standard_error, made);
    else
        validator_verdict(result, standard_error, made);
}

static char *read_message(const char *directory, const char *name)
{
    char *path = text_print("%s/%s", directory, name);
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *text = NULL;
    ssize_t size;

    free(path);
    if (fd < 0)
        return NULL;
    text = allocate(MESSAGE_MAX + 1);
    size = read(fd, text, MESSAGE_MAX);
    (void)close(fd);
    for (ssize_t i = 0; i < size; i++) {
        if (text[i] == '\0')
            text[i] = '?';
    }
    while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
        size--;
    text[size > 0 ? size : 0] = '\0';
    return text;
}

/* One number and nothing else. Returns 1, 0: no such file, -1: it is wrong. */
static int read_score(const char *directory, const char *name, double low, double high,
                      double *score)
{
    char *text = read_message(directory, name);
    struct texts words = {0};
    int result = -1;
    char *end;

    if (!text)
        return 0;
    if (texts_split(&words, text) == 0 && words.count == 1) {
        *score = strtod(words.items[0], &end);
        if (!*end && *score >= low && *score <= high)
            result = 1;
    }
    texts_release(&words);
    free(text);
    return result;
}

void feedback_read(const struct judging *judging, const char *directory, bool accepted,
                   struct judge_case *made)
{
    const bool is_new = judging->problem.format == FORMAT_2025_09;
    double score;
    int has_score;
    int has_multiplier;

    free(made->message);
    free(made->team_message);
    made->message = read_message(directory, "judgemessage.txt");
    made->team_message = read_message(directory, "teammessage.txt");
    if (!(judging->problem.kind & JUDGE_SCORING))
        return;
    has_score = read_score(directory, "score.txt", is_new ? 0 : -1e300, 1e300, &score);
    if (has_score > 0)
        made->score = (struct judge_score){true, score};
    has_multiplier = read_score(directory, "score_multiplier.txt", 0, 1, &made->multiplier);
    made->has_multiplier = has_multiplier > 0;
    if (has_score < 0 || has_multiplier < 0)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("the validator left a %s that is no single number in range",
                             has_score < 0 ? "score.txt" : "score_multiplier.txt"));
    else if (is_new && has_score && has_multiplier)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_copy("the validator left a score.txt and a score_multiplier.txt"));
    else if (is_new && !accepted && (has_score || has_multiplier))
        case_fail(made, JUDGE_JUDGE_ERROR, text_copy("the validator rejected, and left a score"));
}

static void add_arguments(const struct judging *judging, const struct test *test,
                          struct texts *arguments)
{
    texts_add(arguments, INSIDE_INPUT);
    if (judging->checker_kind == CHECK_TESTLIB) {
        texts_add(arguments, "/box/output");
        texts_add(arguments, INSIDE_ANSWER);
    } else {
        texts_add(arguments, INSIDE_ANSWER);
        texts_add(arguments, INSIDE_FEEDBACK);
        texts_add_all(arguments, &test->validator_args);
    }
}

/* What it says by its exit, and what it left. */
static void hear(const struct judging *judging, enum checker_kind kind, const struct box *box,
                 const struct dualpipe_result *result, const char *left, struct judge_case *made)
{
    char *standard_error = box_standard_error(box, result);

    checker_verdict(judging, kind, result, standard_error, made);
    if (kind != CHECK_TESTLIB && *box->collect.error == 0)
        feedback_read(judging, left, made->verdict == JUDGE_ACCEPTED, made);
    else if (kind != CHECK_TESTLIB && made->verdict != JUDGE_JUDGE_ERROR)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("what the validator left could not be taken: %s",
                             strerrordesc_np(-*box->collect.error)));
    if (!made->message && standard_error)
        made->message = text_copy(standard_error);
    free(standard_error);
}

void checker_ask(const struct judging *judging, enum checker_kind kind, struct box *box,
                 char **feedback, struct judge_case *made)
{
    char *left = scratch_directory("left");
    const int left_fd = open(left, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct dualpipe_result result;
    int left_error = left_fd < 0 ? -errno : -ECANCELED; /* should it not come so far */
    char *why = NULL;

    if (*feedback)
        (void)box_copy_directory(box, *feedback);
    box->collect = (struct dualpipe_collect){
        .name = ".", .fd = left_fd, .max_bytes = DUALPIPE_MEBIBYTES(256), .error = &left_error};
    box->job.collects = &box->collect;
    box->job.collect_count = kind == CHECK_TESTLIB || left_fd < 0 ? 0 : 1;
    box->job.cancel_fd = &judging->cancel_fd;
    if (box_run(box, &result, &why) < 0)
        case_fail(made, JUDGE_JUDGE_ERROR, text_print("the validator could not be run: %s", why));
    else
        hear(judging, kind, box, &result, left, made);
    free(why);
    if (left_fd >= 0)
        (void)close(left_fd);
    if (*feedback)
        scratch_remove(*feedback);
    free(*feedback);
    *feedback = left;
}

/* One output, and all that is to be known to check it. */
struct checking {
    const struct built *submission; /* or NULL */
    const struct test *test;
    int input_fd;
    int output_fd;
    int answer_fd;
};

static void check_by_program(const struct judging *judging, const struct built *checker,
                             const struct checking *checking, char **feedback,
                             struct judge_case *made)
{
    const struct dualpipe_limits limits = checker_limits(judging);
    struct texts arguments = {0};
    struct box *box = allocate(sizeof(*box));

    add_arguments(judging, checking->test, &arguments);
    box_make_validator(box, checker, &arguments, &limits);
    texts_release(&arguments);
    box_show(box, checking->input_fd, INSIDE_INPUT);
    box_show(box, checking->answer_fd, INSIDE_ANSWER);
    if (checking->submission && judging->problem.format == FORMAT_2025_09)
        box_show_submission(box, checking->submission);
    if (judging->checker_kind == CHECK_TESTLIB)
        box_copy_file(box, checking->output_fd, "output");
    else
        box->job.standard_input =
            (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = checking->output_fd};
    checker_ask(judging, judging->checker_kind, box, feedback, made);
    box_release(box);
    free(box);
}

void check_file(const struct judging *judging, const struct built *checker, const struct test *test,
                int input_fd, const char *path, struct judge_case *made)
{
    const struct dualpipe_limits limits = checker_limits(judging);
    const int answer_fd = problem_open(&judging->problem, test->answer, O_RDONLY);
    const int output_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct texts arguments = {0};
    struct dualpipe_result result;
    char *why = NULL;
    struct box box;

    texts_add(&arguments, INSIDE_INPUT);
    texts_add(&arguments, "/box/output");
    texts_add(&arguments, INSIDE_ANSWER);
    box_make_validator(&box, checker, &arguments, &limits);
    texts_release(&arguments);
    box_show(&box, input_fd, INSIDE_INPUT);
    box_show(&box, answer_fd, INSIDE_ANSWER);
    box_copy_file(&box, output_fd, "output");
    box.job.cancel_fd = &judging->cancel_fd;
    if (output_fd < 0 || answer_fd < 0) {
        case_fail(made, JUDGE_JUDGE_ERROR, text_copy("the interactor left no output to check"));
    } else if (box_run(&box, &result, &why) < 0) {
        case_fail(made, JUDGE_JUDGE_ERROR, text_print("the checker could not be run: %s", why));
        free(why);
    } else {
        char *said = box_standard_error(&box, &result);

        checker_verdict(judging, CHECK_TESTLIB, &result, said, made);
        free(made->message);
        made->message = said;
    }
    box_release(&box);
    if (answer_fd >= 0)
        (void)close(answer_fd);
    if (output_fd >= 0)
        (void)close(output_fd);
}

/* Is it run for this case? A group of legacy may name one of several. */
static bool is_wanted(const struct judging *judging, size_t which, const struct test *test)
{
    const struct texts *paths = &judging->problem.output_validators;

    return !test->validator || which >= paths->count ||
           program_is_named(paths->items[which], test->validator);
}

/* "Validation fails if any validator fails": the first that rejects settles it. */
static void check_by_programs(const struct judging *judging, const struct checking *checking,
                              char **feedback, struct judge_case *made)
{
    made->verdict = JUDGE_ACCEPTED;
    for (size_t i = 0; i < judging->checker_count && made->verdict == JUDGE_ACCEPTED; i++) {
        if (!is_wanted(judging, i, checking->test))
            continue;
        if (i > 0) { /* a directory of its own for each; several have one pass alone */
            if (*feedback)
                scratch_remove(*feedback);
            free(*feedback);
            *feedback = NULL;
        }
        /* Read from its start, by whoever has the descriptor. */
        (void)lseek(checking->output_fd, 0, SEEK_SET);
        check_by_program(judging, &judging->checkers[i], checking, feedback, made);
    }
}

void check_output(const struct judging *judging, const struct built *submission,
                  const struct test *test, int input_fd, int output_fd, char **feedback,
                  struct judge_case *made)
{
    const struct checking checking = {
        .submission = submission,
        .test = test,
        .input_fd = input_fd,
        .output_fd = output_fd,
        .answer_fd = problem_open(&judging->problem, test->answer, O_RDONLY),
    };

    if (checking.answer_fd < 0)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("%s: %s", test->answer, strerrordesc_np(-checking.answer_fd)));
    else if (judging->checker_count > 0)
        check_by_programs(judging, &checking, feedback, made);
    else
        check_default(judging, test, output_fd, checking.answer_fd, made);
    if (checking.answer_fd >= 0)
        (void)close(checking.answer_fd);
}
