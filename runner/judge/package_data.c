/* SPDX-License-Identifier: MIT */
/*
 * package_data.c - the test cases of a package and their groups.
 *
 * 2025-09 has one level of groups beneath secret, and directories in them that
 * are none; legacy has a tree of them.
 */
#include "problem.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16
#define TESTS_MAX 100000

static bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name);
    const size_t ending_length = strlen(ending);

    return length > ending_length && strcmp(name + length - ending_length, ending) == 0;
}

static char *beneath(const char *directory, const char *name)
{
    return directory[0] ? text_print("%s/%s", directory, name) : text_copy(name);
}

/* Returns its index. */
static size_t add_group(struct problem *problem, const char *name, size_t parent)
{
    const struct group *above;
    struct group *group = GROW(problem->groups, problem->group_count);

    above = &problem->groups[parent];
    *group = *above;
    group->name = text_copy(name);
    group->parent = parent;
    group->args = group->validator_args = group->require_pass = group->grader_flags =
        group->static_args = (struct texts){0};
    group->input_args = (struct input_args){0};
    input_args_copy(&group->input_args, &above->input_args);
    group->validator = text_copy(above->validator);
    texts_add_all(&group->args, &above->args);
    texts_add_all(&group->grader_flags, &above->grader_flags);
    texts_add_all(&group->validator_args, &above->validator_args);
    group->ignores_sample = false; /* of the root alone */
    return problem->group_count - 1;
}

static int add_test(struct problem *problem, size_t group, const char *directory, const char *file)
{
    char *path = text_print("data/%s", directory);
    char *base = text_cut(file, strlen(file) - strlen(".in"));
    char *files = text_print("%s/%s.files", path, base);
    char *settings = text_print("%s/%s.yaml", path, base);
    struct test *test;
    int result = 0;

    if (problem->test_count == TESTS_MAX)
        result = problem_fail(problem, "it has more test cases than are taken (%d)", TESTS_MAX);
    test = GROW(problem->tests, problem->test_count);
    *test = (struct test){
        .name = beneath(directory, base),
        .group = group,
        .input = text_print("%s/%s", path, file),
        .answer = text_print("%s/%s.ans", path, base),
        .files = problem_has_directory(problem, files) ? text_copy(files) : NULL,
        .validator = text_copy(problem->groups[group].validator),
    };
    texts_add_all(&test->args, &problem->groups[group].args);
    texts_add_all(&test->validator_args, &problem->groups[group].validator_args);
    input_args_copy(&test->input_args, &problem->groups[group].input_args);
    if (result == 0 && !problem_has_file(problem, test->input))
        result = problem_fail(problem, "%s: it is no regular file of the package", test->input);
    if (result == 0 && !problem_has_file(problem, test->answer))
        result =
            problem_fail(problem, "%s: the answer file of %s is missing", test->answer, test->name);
    if (result == 0)
        result = problem_check_size(problem, test->input);
    if (result == 0)
        result = problem_check_size(problem, test->answer);
    if (result == 0 && problem_has_file(problem, settings))
        result = package_read_case(problem, test, settings);
    free(path);
    free(base);
    free(files);
    free(settings);
    return result;
}

/* A case without files, of the submission's sources alone. No file can have its
 * name, and it sorts before the others of its group. */
static void add_static_test(struct problem *problem, size_t group)
{
    struct test *test = GROW(problem->tests, problem->test_count);

    *test = (struct test){
        .name = beneath(problem->groups[group].name, "(static)"),
        .group = group,
        .is_static = true,
    };
}

/* Is it a directory of files of a case, rather than one of cases? */
static bool is_of_a_case(const char *name)
{
    return ends_with(name, ".files");
}

static int read_level(struct problem *problem, size_t group, const char *directory, unsigned depth);

/* A directory: a group of its own, but for those inside groups of 2025-09. */
static int read_directory(struct problem *problem, size_t group, const char *directory,
                          unsigned depth)
{
    char *path = text_print("data/%s", directory);
    const bool is_group = problem->format != FORMAT_2025_09 || depth <= 1;
    int result = 0;

    if (depth > DEPTH_MAX) {
        result = problem_fail(problem, "%s: it lies too deep", path);
    } else if (is_group) {
        group = add_group(problem, directory, group);
        result = package_read_group(problem, &problem->groups[group], path);
        if (result == 0 && problem->groups[group].has_static)
            add_static_test(problem, group);
    }
    if (result == 0)
        result = read_level(problem, group, directory, depth);
    free(path);
    return result;
}

static int read_level(struct problem *problem, size_t group, const char *directory, unsigned depth)
{
    char *path = text_print("data/%s", directory);
    struct texts names = {0};
    int result = problem_list(problem, path, &names);

    if (result < 0)
        result = problem_fail(problem, "%s: %s", path, strerrordesc_np(-result));
    for (size_t i = 0; i < names.count && result == 0; i++) {
        char *inner = beneath(directory, names.items[i]);
        char *inner_path = text_print("data/%s", inner);

        if (ends_with(names.items[i], ".in"))
            result = add_test(problem, group, directory, names.items[i]);
        else if (!is_of_a_case(names.items[i]) && problem_has_directory(problem, inner_path))
            result = read_directory(problem, group, inner, depth + 1);
        free(inner);
        free(inner_path);
    }
    texts_release(&names);
    free(path);
    return result;
}

static size_t tests_beneath(const struct problem *problem, const char *group, bool directly)
{
    const size_t length = strlen(group);
    size_t count = 0;

    for (size_t i = 0; i < problem->test_count; i++) {
        const char *name = problem->tests[i].name;

        if (strncmp(name, group, length) == 0 && name[length] == '/' &&
            (!directly || (!strchr(name + length + 1, '/') && !problem->tests[i].is_static)))
            count++;
    }
    return count;
}

/* Scores of a group are to be part of those of secret. */
static int check_group_score(struct problem *problem, const struct group *secret,
                             const struct group *group)
{
    if (!(problem->kind & JUDGE_SCORING))
        return 0;
    if (secret->is_bounded && !group->is_bounded)
        return problem_fail(problem,
                            "data/%s: its max_score is unbounded, and that of secret is not: give "
                            "it one in its test_group.yaml",
                            group->name);
    if (secret->aggregation == AGGREGATE_PASS_FAIL && group->aggregation != AGGREGATE_PASS_FAIL)
        return problem_fail(problem,
                            "data/%s: secret has pass-fail aggregation, so its groups must have it",
                            group->name);
    return 0;
}

/* What 2025-09 asks of the groups. */
static int check_groups(struct problem *problem)
{
    const struct group *secret = NULL;
    bool has_groups = false;

    for (size_t i = 0; i < problem->group_count; i++) {
        const struct group *group = &problem->groups[i];

        if (strcmp(group->name, "secret") == 0)
            secret = group;
        if (strncmp(group->name, "sample/", 7) == 0)
            return problem_fail(problem, "data/%s: data/sample has no groups", group->name);
        if (strncmp(group->name, "secret/", 7) != 0)
            continue;
        has_groups = true;
        if (tests_beneath(problem, group->name, false) == 0)
            return problem_fail(problem, "data/%s: a group without a test case", group->name);
        if (check_group_score(problem, secret, group) < 0)
            return -1;
    }
    if (has_groups && tests_beneath(problem, "secret", true) > 0)
        return problem_fail(problem,
                            "data/secret has test cases and groups; the format wants either");
    return 0;
}

/* Files beside programs that are none: headers, and what people are to read. */
static bool is_program(const struct problem *problem, const char *path)
{
    static const char *const others[] = {".h", ".hh", ".hpp", ".txt", ".md"};
    const char *ending = strrchr(path, '.');

    if (problem_has_directory(problem, path))
        return true;
    for (size_t i = 0; ending && i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(ending, others[i]) == 0)
            return false;
    }
    return ending && !strchr(ending, '/');
}

/* Each file and each directory is a program; but with a script to build or to run
 * it, or where one file alone is no header, the directory is one itself. */
static void list_programs(const struct problem *problem, const char *directory,
                          struct texts *programs)
{
    struct texts names = {0};
    bool has_script = false;

    (void)problem_list(problem, directory, &names); /* none: as if it were empty */
    for (size_t i = 0; i < names.count; i++) {
        char *path = text_print("%s/%s", directory, names.items[i]);

        has_script =
            has_script ||
            ((strcmp(names.items[i], "build") == 0 || strcmp(names.items[i], "run") == 0) &&
             problem_has_file(problem, path));
        if (is_program(problem, path))
            texts_add(programs, path);
        free(path);
    }
    if (has_script || (programs->count == 1 && names.count > 1 &&
                       !problem_has_directory(problem, programs->items[0]))) {
        texts_release(programs);
        texts_add(programs, directory);
    }
    texts_release(&names);
}

static int find_output_validators(struct problem *problem)
{
    const bool is_new = problem->format == FORMAT_2025_09;
    const bool talks = (problem->kind & (JUDGE_INTERACTIVE | JUDGE_MULTI_PASS)) != 0;
    struct texts *found = &problem->output_validators;

    if (is_new && problem_has_directory(problem, "output_validator"))
        texts_add(found, "output_validator");
    else if (!is_new || problem->is_draft) /* drafts called it so, too */
        list_programs(problem, "output_validators", found);
    else if (problem_has_directory(problem, "output_validators"))
        problem_warn(problem, "output_validators/ is not used: 2025-09 has output_validator/");
    if (!is_new && !problem->is_custom && found->count > 0) {
        problem_warn(problem, "output_validators/ is not used: problem.yaml does not say "
                              "validation: custom");
        texts_release(found);
    }
    if (found->count == 0 && (talks || problem->is_custom))
        return problem_fail(problem,
                            "an interactive or multi-pass problem, and one with validation: "
                            "custom, needs an output validator of its own, in %s/",
                            is_new ? "output_validator" : "output_validators");
    if (found->count > 1 && talks)
        return problem_fail(problem,
                            "output_validators/ holds %zu programs, and a submission "
                            "can talk with one alone",
                            found->count);
    return 0;
}

/* The validator that a group names must be there. */
static int check_names(struct problem *problem)
{
    for (size_t i = 0; i < problem->test_count; i++) {
        const char *name = problem->tests[i].validator;
        bool is_there = !name;

        for (size_t k = 0; k < problem->output_validators.count && name; k++)
            is_there = is_there || program_is_named(problem->output_validators.items[k], name);
        if (!is_there)
            return problem_fail(problem,
                                "%s: its output_validator_flags name %s, and there is no such "
                                "validator in output_validators/",
                                problem->tests[i].name, name);
    }
    return 0;
}

static int find_static_validator(struct problem *problem)
{
    const bool is_there =
        problem->format == FORMAT_2025_09 && problem_has_directory(problem, "static_validator");
    bool is_wanted = false;

    for (size_t i = 0; i < problem->test_count; i++)
        is_wanted = is_wanted || problem->tests[i].is_static;
    if (is_there && (problem->kind & JUDGE_SUBMIT_ANSWER))
        return problem_fail(problem, "static_validator/: submissions of the type submit-answer "
                                     "have no sources to be validated");
    if (is_wanted && !is_there)
        return problem_fail(problem, "static_validation_score asks for a static validator, and "
                                     "there is no static_validator/");
    if (is_wanted)
        problem->static_validator = text_copy("static_validator");
    else if (is_there)
        problem_warn(problem, "static_validator/ is not used: no test_group.yaml has a "
                              "static_validation_score");
    return 0;
}

static int find_programs(struct problem *problem)
{
    list_programs(problem, "input_validators", &problem->input_validators);
    if (problem->input_validators.count == 0)
        list_programs(problem, "input_format_validators", &problem->input_validators);
    if (find_output_validators(problem) < 0)
        return -1;
    if (find_static_validator(problem) < 0)
        return -1;
    return check_names(problem);
}

/* "It is a judge error to use grading: custom without providing a grader", of
 * which there is one at most. */
static int find_grader(struct problem *problem)
{
    struct texts names = {0};
    bool is_wanted = false;
    int result = 0;

    for (size_t i = 0; i < problem->group_count; i++)
        is_wanted = is_wanted || problem->groups[i].custom_grading;
    (void)problem_list(problem, "graders", &names); /* none: as if it were empty */
    if (is_wanted && names.count != 1)
        result = problem_fail(problem,
                              "grading: custom asks for the one grader in graders/, and there "
                              "are %zu",
                              names.count);
    else if (is_wanted)
        problem->grader = text_print("graders/%s", names.items[0]);
    texts_release(&names);
    return result;
}

static int compare_tests(const void *one, const void *other)
{
    const struct test *first = one;
    const struct test *second = other;
    const bool is_sample = strncmp(first->name, "sample", 6) == 0;
    const bool is_other_sample = strncmp(second->name, "sample", 6) == 0;

    if (is_sample != is_other_sample)
        return is_sample ? -1 : 1;
    return strcmp(first->name, second->name);
}

int package_read_data(struct problem *problem)
{
    int result = package_read_group(problem, &problem->groups[0], "data");

    if (result == 0 && problem_has_directory(problem, "data/sample"))
        result = read_directory(problem, 0, "sample", 0);
    if (result == 0 && !problem_has_directory(problem, "data/secret"))
        result = problem_fail(problem, "data/secret is missing");
    if (result == 0)
        result = read_directory(problem, 0, "secret", 0);
    if (result == 0 && tests_beneath(problem, "secret", false) == 0)
        result = problem_fail(problem, "data/secret has no test case: no file NAME.in");
    if (result == 0 && problem->format == FORMAT_2025_09)
        result = check_groups(problem);
    if (result == 0)
        result = find_programs(problem);
    if (result == 0)
        result = find_grader(problem);
    if (result == 0)
        qsort(problem->tests, problem->test_count, sizeof(problem->tests[0]), compare_tests);
    return result;
}
