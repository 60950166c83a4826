/* SPDX-License-Identifier: MIT */
/* package_extra.c - cases beneath data/ that no submission is run on: inputs and
 * outputs that the package's own validators must accept, or must reject. */
#include "problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8
#define EXTRA_MAX 10000

static int add(struct problem *problem, const struct group *group, const char *directory,
               const char *file, struct tests *tests)
{
    char *base = text_print("%s/%.*s", directory, (int)(strlen(file) - strlen(".in")), file);
    char *settings = text_print("data/%s.yaml", base);
    char *files = text_print("data/%s.files", base);
    struct test *test;
    int result = 0;

    if (tests->count == EXTRA_MAX)
        result = problem_fail(problem, "data/%s holds more cases than are taken (%d)", directory,
                              EXTRA_MAX);
    test = GROW(tests->items, tests->count);
    *test = (struct test){
        .name = text_copy(base),
        .input = text_print("data/%s.in", base),
        .answer = text_print("data/%s.ans", base),
        .output = text_print("data/%s.out", base),
        .files = problem_has_directory(problem, files) ? text_copy(files) : NULL,
        .validator = text_copy(group->validator),
    };
    texts_add_all(&test->validator_args, &group->validator_args);
    texts_add_all(&test->args, &group->args);
    input_args_copy(&test->input_args, &group->input_args);
    if (result == 0)
        result = problem_check_size(problem, test->input);
    if (result == 0 && problem_has_file(problem, settings))
        result = package_read_case(problem, test, settings);
    free(settings);
    free(files);
    free(base);
    return result;
}

static int read_level(struct problem *problem, const char *directory, struct tests *tests,
                      unsigned depth)
{
    char *path = text_print("data/%s", directory);
    struct group group = {
        .name = text_copy(directory),
        .parent = NO_GROUP,
        .range_low = -INFINITY,
        .range_high = INFINITY,
    };
    struct texts names = {0};
    int result = 0;

    texts_add_all(&group.validator_args, &problem->validator_flags);
    if (depth > DEPTH_MAX)
        result = problem_fail(problem, "%s: it lies too deep", path);
    else if (problem_list(problem, path, &names) == 0) /* no such directory: no cases */
        result = package_read_group(problem, &group, path);
    for (size_t i = 0; i < names.count && result == 0; i++) {
        const char *name = names.items[i];
        const size_t length = strlen(name);
        char *inner = text_print("%s/%s", directory, name);
        char *inner_path = text_print("data/%s", inner);

        if (length > 3 && strcmp(name + length - 3, ".in") == 0)
            result = add(problem, &group, directory, name, tests);
        else if (!strchr(name, '.') && problem_has_directory(problem, inner_path))
            result = read_level(problem, inner, tests, depth + 1);
        free(inner_path);
        free(inner);
    }
    texts_release(&names);
    group_release(&group);
    free(path);
    return result;
}

int package_read_extra(struct problem *problem, const char *directory, struct tests *tests)
{
    return read_level(problem, directory, tests, 0);
}

void tests_release(struct tests *tests)
{
    for (size_t i = 0; i < tests->count; i++)
        test_release(&tests->items[i]);
    free(tests->items);
    *tests = (struct tests){0};
}
