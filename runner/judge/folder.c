/* SPDX-License-Identifier: MIT */
/* folder.c - a plain folder of N.in and N.out or N.ans, in the order of a human:
 * 2 before 10. Its limits come from the command line. */
#include "problem.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_tests(const void *one, const void *other)
{
    const struct test *first = one;
    const struct test *second = other;
    const int order = strverscmp(first->name, second->name);

    return order != 0 ? order : strcmp(first->name, second->name);
}

static int add_test(struct problem *problem, const char *file)
{
    static const char *const endings[] = {"out", "ans", "a"};
    char *base = text_cut(file, strlen(file) - strlen(".in"));
    struct test *test = GROW(problem->tests, problem->test_count);

    *test = (struct test){.name = base, .input = text_copy(file)};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]) && !test->answer; i++) {
        test->answer = text_print("%s.%s", base, endings[i]);
        if (!problem_has_file(problem, test->answer)) {
            free(test->answer);
            test->answer = NULL;
        }
    }
    if (!problem_has_file(problem, file))
        return problem_fail(problem, "%s: it is no regular file of the folder", file);
    if (!test->answer)
        return problem_fail(problem, "%s has no answer: neither %s.out nor %s.ans is there", file,
                            base, base);
    if (problem_check_size(problem, file) < 0)
        return -1;
    return problem_check_size(problem, test->answer);
}

int folder_read(struct problem *problem)
{
    struct texts names = {0};
    int result = problem_list(problem, ".", &names);

    problem->format = FORMAT_FOLDER;
    problem->allows_writing = true;
    *GROW(problem->groups, problem->group_count) = (struct group){
        .name = text_copy(""),
        .parent = NO_GROUP,
        .accept_score = 1,
        .range_low = -INFINITY,
        .range_high = INFINITY,
    };
    if (result < 0)
        result = problem_fail(problem, "%s", strerrordesc_np(-result));
    for (size_t i = 0; i < names.count && result == 0; i++) {
        const size_t length = strlen(names.items[i]);

        if (length > 3 && strcmp(names.items[i] + length - 3, ".in") == 0)
            result = add_test(problem, names.items[i]);
    }
    texts_release(&names);
    if (result == 0 && problem->test_count == 0)
        result = problem_fail(problem, "it has neither problem.yaml (a package) nor a file N.in "
                                       "(a plain folder)");
    if (result == 0)
        qsort(problem->tests, problem->test_count, sizeof(problem->tests[0]), compare_tests);
    return result;
}
