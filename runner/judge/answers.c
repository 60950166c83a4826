/* SPDX-License-Identifier: MIT */
/*
 * answers.c - submissions of the type submit-answer: the outputs themselves.
 *
 * Which file is for which case the format leaves open: NAME.out or NAME.ans, by
 * the case's name beneath data/ or beneath data/secret/. What was handed in is
 * copied first, inside bounds, and read from the copy alone.
 */
#include "judging.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_beneath(int directory, const char *path)
{
    const struct open_how how = {
        .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };

    return (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));
}

/* The answer to a case in what was handed in, or -1. */
static int find_answer(int handed_in, const struct test *test)
{
    static const char *const endings[] = {"out", "ans"};
    const bool is_secret = strncmp(test->name, "secret/", 7) == 0;
    int fd = -1;

    for (unsigned i = 0; i < 4 && fd < 0; i++) {
        char *path;

        if (i >= 2 && !is_secret)
            break;
        path = text_print("%s.%s", i >= 2 ? test->name + 7 : test->name, endings[i % 2]);
        fd = open_beneath(handed_in, path);
        free(path);
    }
    return fd;
}

static char *place_of(const struct judging *judging, const struct built *answers,
                      const struct test *test)
{
    return text_print("%s/%zu", answers->directory, (size_t)(test - judging->problem.tests));
}

/* At most one byte more than the output limit: enough to see that it is passed. */
static int copy(const struct judging *judging, const struct built *answers, const struct test *test,
                int fd, char **why)
{
    char *path = place_of(judging, answers, test);
    const int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int64_t left = judging->limits.output_bytes == DUALPIPE_UNLIMITED
                       ? INT64_MAX
                       : judging->limits.output_bytes + 1;
    struct stat status;
    int result = out < 0 ? -errno : 0;

    free(path);
    if (result == 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)))
        result = -EINVAL;
    while (result == 0 && left > 0) {
        const ssize_t put = sendfile(out, fd, NULL, left < 1 << 20 ? (size_t)left : 1 << 20);

        if (put == 0)
            break;
        if (put < 0 && errno != EINTR)
            result = -errno;
        left -= put > 0 ? put : 0;
    }
    if (out >= 0)
        (void)close(out);
    if (result < 0)
        *why = result == -EINVAL
                   ? text_print("the answer to %s is no regular file", test->name)
                   : text_print("the answer to %s: %s", test->name, strerrordesc_np(-result));
    return result;
}

/* One file is the answer where there is one case. */
static int take_file(const struct judging *judging, const struct built *answers, int fd, char **why)
{
    if (judging->problem.test_count == 1)
        return copy(judging, answers, &judging->problem.tests[0], fd, why);
    *why = text_print("a file answers one case, and the problem has %zu: hand in a folder with "
                      "NAME.out for each, %s.out for one",
                      judging->problem.test_count, judging->problem.tests[0].name);
    return -1;
}

int answers_take(const struct judging *judging, const char *path, const struct example *example,
                 struct built *answers, char **why)
{
    const struct problem *problem = &judging->problem;
    const int handed_in = example ? problem_open(problem, path, O_RDONLY)
                                  : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    int result = 0;

    *answers = (struct built){.directory = scratch_directory("answers")};
    if (handed_in < 0 || fstat(handed_in, &status) < 0) {
        *why = text_print("%s: %s", path, strerrordesc_np(example ? -handed_in : errno));
        return -1;
    }
    if (!S_ISDIR(status.st_mode))
        result = take_file(judging, answers, handed_in, why);
    for (size_t i = 0; i < problem->test_count && result == 0 && S_ISDIR(status.st_mode); i++) {
        const int fd = find_answer(handed_in, &problem->tests[i]);

        if (fd < 0)
            continue; /* a case without an answer, not a fault of the others */
        result = copy(judging, answers, &problem->tests[i], fd, why);
        (void)close(fd);
    }
    (void)close(handed_in);
    return result;
}

void answers_judge(const struct judging *judging, const struct built *answers,
                   const struct test *test, struct judge_case *made)
{
    char *path = place_of(judging, answers, test);
    const int output_fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const int input_fd = problem_open(&judging->problem, test->input, O_RDONLY);
    char *feedback = NULL;
    struct stat status;

    if (input_fd < 0)
        case_fail(made, JUDGE_JUDGE_ERROR,
                  text_print("%s: %s", test->input, strerrordesc_np(-input_fd)));
    else if (output_fd < 0 || fstat(output_fd, &status) < 0)
        case_fail(made, JUDGE_WRONG_ANSWER,
                  text_print("no answer to it was handed in: there is no %s.out", test->name));
    else if (judging->limits.output_bytes != DUALPIPE_UNLIMITED &&
             status.st_size > judging->limits.output_bytes)
        case_fail(made, JUDGE_OUTPUT_LIMIT,
                  text_print("the answer is larger than the limit of %jd bytes",
                             (intmax_t)judging->limits.output_bytes));
    else
        check_output(judging, NULL, test, input_fd, output_fd, &feedback, made);
    if (feedback)
        scratch_remove(feedback);
    free(feedback);
    if (input_fd >= 0)
        (void)close(input_fd);
    if (output_fd >= 0)
        (void)close(output_fd);
    free(path);
}
