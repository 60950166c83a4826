/* SPDX-License-Identifier: MIT */
/*
 * input_validation.c - the package's input validators, run on request: each of
 * them must exit with 42 on the input of each case; of data/invalid_input, at
 * least one of them must not.
 */
#include "judging.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_VALID 42
#define INVALID "invalid_input"

/* The validators that can be run, and where they lie in the package. */
struct validators {
    struct judging *judging;
    struct built *built;
    const char **paths;
    size_t count;
};

static int fail(struct validators *validators, char *why)
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

static void add_arguments(const struct validators *validators, size_t which,
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
static int ask(struct validators *validators, size_t which, const struct test *test, int input_fd,
               char **said)
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

/* Returns 0, or -1 and the error: one of them does not accept it. For an input
 * that must be rejected it is the other way round. */
static int validate(struct validators *validators, const struct test *test, bool is_to_be_rejected)
{
    const int input_fd = problem_open(&validators->judging->problem, test->input, O_RDONLY);
    bool is_rejected = false;
    int result = 0;

    if (input_fd < 0)
        return fail(validators, text_print("%s: %s", test->input, strerrordesc_np(-input_fd)));
    for (size_t i = 0; i < validators->count && result == 0 && !is_rejected; i++) {
        char *said = NULL;
        int answer;

        (void)lseek(input_fd, 0, SEEK_SET);
        answer = ask(validators, i, test, input_fd, &said);
        is_rejected = answer == 0;
        if (answer < 0)
            result = -1;
        else if (is_rejected && !is_to_be_rejected)
            result =
                fail(validators, text_print("%s: the input validator %s does not accept it: %s",
                                            test->name, validators->paths[i], said));
        free(said);
    }
    (void)close(input_fd);
    if (result == 0 && is_to_be_rejected && !is_rejected)
        return fail(validators, text_print("%s: no input validator rejects it", test->name));
    return result;
}

static int validate_invalid(struct validators *validators, const struct group *group,
                            const char *file)
{
    struct problem *problem = &validators->judging->problem;
    char *base = text_cut(file, strlen(file) - strlen(".in"));
    char *settings = text_print("data/" INVALID "/%s.yaml", base);
    char *files = text_print("data/" INVALID "/%s.files", base);
    struct test test = {
        .name = text_print(INVALID "/%s", base),
        .input = text_print("data/" INVALID "/%s", file),
        .files = problem_has_directory(problem, files) ? files : NULL,
    };
    int result = 0;

    input_args_copy(&test.input_args, &group->input_args);
    if (problem_has_file(problem, settings) && package_read_case(problem, &test, settings) < 0)
        result = fail(validators, text_copy(problem->error));
    if (result == 0)
        result = validate(validators, &test, true);
    free(test.name);
    free(test.input);
    free(test.hint);
    texts_release(&test.args);
    texts_release(&test.validator_args);
    input_args_release(&test.input_args);
    free(files);
    free(settings);
    free(base);
    return result;
}

static int validate_all_invalid(struct validators *validators)
{
    struct problem *problem = &validators->judging->problem;
    struct group group = {.name = text_copy(INVALID), .parent = NO_GROUP};
    struct texts names = {0};
    int result = 0;

    if (problem_has_directory(problem, "data/" INVALID) &&
        problem_list(problem, "data/" INVALID, &names) == 0 &&
        package_read_group(problem, &group, "data/" INVALID) < 0)
        result = fail(validators, text_copy(problem->error));
    for (size_t i = 0; i < names.count && result == 0; i++) {
        if (ends_with(names.items[i], ".in"))
            result = validate_invalid(validators, &group, names.items[i]);
    }
    texts_release(&names);
    free(group.name);
    texts_release(&group.args);
    texts_release(&group.validator_args);
    texts_release(&group.require_pass);
    input_args_release(&group.input_args);
    return result;
}

static int build_all(struct validators *validators)
{
    struct problem *problem = &validators->judging->problem;

    for (size_t i = 0; i < problem->input_validators.count; i++) {
        const char *path = problem->input_validators.items[i];

        if (ends_with(path, ".ctd") || ends_with(path, ".viva")) {
            problem_warn(problem, "%s was not run: dualpipe runs programs alone", path);
            continue;
        }
        if (judging_build_program(validators->judging, &validators->built[validators->count],
                                  path) < 0) {
            built_release(&validators->built[validators->count]);
            return -1;
        }
        validators->paths[validators->count++] = path;
    }
    if (validators->count == 0)
        problem_warn(problem, "there is no input validator that could be run");
    return 0;
}

int judging_validate_input(struct judging *judging)
{
    const struct problem *problem = &judging->problem;
    const size_t room = problem->input_validators.count + 1;
    struct validators validators = {
        .judging = judging,
        .built = allocate(room * sizeof(*validators.built)),
        .paths = allocate(room * sizeof(*validators.paths)),
    };
    int result = build_all(&validators);

    for (size_t i = 0; i < problem->test_count && result == 0 && validators.count > 0; i++) {
        if (problem->tests[i].is_static)
            continue;
        result = judging_is_cancelled(judging) ? fail(&validators, text_copy("interrupted"))
                                               : validate(&validators, &problem->tests[i], false);
    }
    if (result == 0 && validators.count > 0)
        result = validate_all_invalid(&validators);
    for (size_t i = 0; i < validators.count; i++)
        built_release(&validators.built[i]);
    free(validators.built);
    free(validators.paths);
    return result;
}
