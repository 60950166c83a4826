/* SPDX-License-Identifier: MIT */
/*
 * input_validation.c - the package's input validators, run on request: each of
 * them must exit with 42 on the input of each case; of data/invalid_input, at
 * least one of them must not.
 */
#include "input_validation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_VALID 42

static int fail(struct input_validators *validators, char *why)
{
    char **error = &validators->judging->judgement.error;

    if (*error)
        free(why);
    else
        *error = why;
    return -1;
}

static bool ends_with(const char *text, const char *ending)
{
    const size_t length = strlen(text);
    const size_t size = strlen(ending);

    return length >= size && strcmp(text + length - size, ending) == 0;
}

static void add_arguments(const struct input_validators *validators, size_t which,
                          const struct test *test, struct texts *arguments)
{
    for (size_t i = 0; i < test->input_args.names.count; i++) {
        const char *name = test->input_args.names.items[i];

        if (!name[0] || program_is_named(validators->paths[which], name))
            texts_add(arguments, test->input_args.args.items[i]);
    }
    if (validators->judging->problem.format == FORMAT_2025_09)
        texts_add_all(arguments, &test->args);
}

/* Returns 1: valid, 0: not, and *said; -1: it could not be found out. */
static int ask(struct input_validators *validators, size_t which, const struct test *test,
               int input_fd, char **said)
{
    struct judging *judging = validators->judging;
    const struct dualpipe_limits limits = checker_limits(judging);
    struct box *box = allocate(sizeof(*box));
    struct texts arguments = {0};
    struct dualpipe_result result;
    char *why = NULL;
    int answer = -1;

    add_arguments(validators, which, test, &arguments);
    box_make_validator(box, &validators->built[which], &arguments, &limits);
    texts_release(&arguments);
    (void)box_copy_directory(box, validators->built[which].directory);
    if (test->files) {
        char *files = text_print("%s/%s", judging->problem.directory, test->files);

        (void)box_copy_directory(box, files);
        free(files);
    }
    box->job.standard_input = (struct dualpipe_stream){.route = DUALPIPE_ROUTE_FD, .fd = input_fd};
    box->job.cancel_fd = &judging->cancel_fd;
    if (box_run(box, &result, &why) < 0) {
        fail(validators, text_print("the input validator %s could not be run: %s",
                                    validators->paths[which], why));
    } else {
        answer = result.verdict == DUALPIPE_NONZERO_EXIT && WIFEXITED(result.status) &&
                 WEXITSTATUS(result.status) == EXIT_VALID;
        if (answer == 0) {
            char *words = box_standard_error(box, &result);

            *said = text_print("%s%s%.300s", result.reason[0] ? result.reason : "exited with 0",
                               words ? "; it said: " : "", words ? words : "");
            free(words);
        }
    }
    free(why);
    box_release(box);
    free(box);
    return answer;
}

int input_validators_ask(struct input_validators *validators, const struct test *test, char **said)
{
    const int input_fd = problem_open(&validators->judging->problem, test->input, O_RDONLY);
    int answer = 1;

    if (input_fd < 0)
        return fail(validators, text_print("%s: %s", test->input, strerrordesc_np(-input_fd)));
    for (size_t i = 0; i < validators->count && answer == 1; i++) {
        char *words = NULL;

        (void)lseek(input_fd, 0, SEEK_SET);
        answer = ask(validators, i, test, input_fd, &words);
        if (answer == 0)
            *said = text_print("the input validator %s does not accept it: %s",
                               validators->paths[i], words);
        free(words);
    }
    (void)close(input_fd);
    return answer;
}

int input_validators_build(struct input_validators *validators, struct judging *judging)
{
    struct problem *problem = &judging->problem;
    const size_t room = problem->input_validators.count + 1;

    *validators = (struct input_validators){
        .judging = judging,
        .built = allocate(room * sizeof(*validators->built)),
        .paths = allocate(room * sizeof(*validators->paths)),
    };
    for (size_t i = 0; i < problem->input_validators.count; i++) {
        const char *path = problem->input_validators.items[i];

        if (ends_with(path, ".ctd") || ends_with(path, ".viva")) {
            problem_warn(problem, "%s was not run: dualpipe runs programs alone", path);
            continue;
        }
        if (judging_build_program(judging, &validators->built[validators->count], path) < 0) {
            built_release(&validators->built[validators->count]);
            return -1;
        }
        validators->paths[validators->count++] = path;
    }
    if (validators->count == 0)
        problem_warn(problem, "there is no input validator that could be run");
    return 0;
}

void input_validators_release(struct input_validators *validators)
{
    for (size_t i = 0; i < validators->count; i++)
        built_release(&validators->built[i]);
    free(validators->built);
    free(validators->paths);
}

/* Returns 0, or -1 and the error: a case is not as it should be. */
static int check(struct input_validators *validators, const struct test *test, bool is_valid)
{
    char *said = NULL;
    int answer;

    if (judging_is_cancelled(validators->judging))
        return fail(validators, text_copy("interrupted"));
    answer = input_validators_ask(validators, test, &said);
    if (answer == 0 && is_valid)
        answer = fail(validators, text_print("%s: %s", test->name, said));
    else if (answer == 1 && !is_valid)
        answer = fail(validators, text_print("%s: no input validator rejects it", test->name));
    free(said);
    return answer < 0 ? -1 : 0;
}

static int check_invalid(struct input_validators *validators)
{
    struct problem *problem = &validators->judging->problem;
    struct tests tests = {0};
    int result = package_read_extra(problem, "invalid_input", &tests);

    if (result < 0)
        fail(validators, text_copy(problem->error));
    for (size_t i = 0; i < tests.count && result == 0; i++)
        result = check(validators, &tests.items[i], false);
    tests_release(&tests);
    return result;
}

int judging_validate_input(struct judging *judging)
{
    const struct problem *problem = &judging->problem;
    struct input_validators validators;
    int result = input_validators_build(&validators, judging);

    for (size_t i = 0; i < problem->test_count && result == 0 && validators.count > 0; i++) {
        if (!problem->tests[i].is_static)
            result = check(&validators, &problem->tests[i], true);
    }
    if (result == 0 && validators.count > 0)
        result = check_invalid(&validators);
    input_validators_release(&validators);
    return result;
}
