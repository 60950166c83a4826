/* SPDX-License-Identifier: MIT */
/* Patterns of submissions.yaml, and the arithmetic of time limits. */
#include "glob.h"
#include "time_bounds.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

TestSuite(glob, .timeout = 30);
TestSuite(time_bounds, .timeout = 30);

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

Test(glob, matches_paths_and_the_directories_they_lie_in)
{
    static const struct {
        const char *pattern;
        const char *path;
        bool matches;
    } rows[] = {
        {"accepted", "accepted/one.py", true},
        {"accepted/*", "accepted/one.py", true},
        {"accept", "accepted/one.py", false},
        {"*", "accepted/one.py", true},
        {"*/one.py", "accepted/one.py", true},
        {"*one.py", "accepted/one.py", false}, /* "*" does not match a slash */
        {"accepted/*.py", "accepted/one.py", true},
        {"accepted/*.py", "accepted/one.cpp", false},
        {"accepted/o*e*y", "accepted/one.py", true},
        {"accepted/{one,two}.py", "accepted/two.py", true},
        {"accepted/{one,two}.py", "accepted/three.py", false},
        {"{accepted,wrong_answer}/x.{py,cpp}", "wrong_answer/x.cpp", true},
        {"{accepted,wrong_answer}/x.{py,cpp}", "wrong_answer/x.c", false},
        {"accepted/x{,_slow}.py", "accepted/x.py", true},
        {"accepted/x{,_slow}.py", "accepted/x_slow.py", true},
        {"accepted/{*.py,a*}", "accepted/abc", true},
        {"secret/group1", "secret/group1/03", true},
        {"secret/group1", "secret/group10/03", false},
        {"secret/*-hard", "secret/07-hard", true},
        {"secret/*-hard", "secret/07-easy", false},
        {"secret", "secret/group1/03", true},
        {"sample", "secret/sample/1", false},
        {"sec[rx]et", "secret/1", false}, /* these are letters here */
        {"**", "accepted", true},
        {"a/**/c", "a/b/b/c", false},
        {"", "accepted", false},
        {"accepted/{one", "accepted/{one", true}, /* a brace that stays open */
        {"accepted/one.py/more", "accepted/one.py", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        cr_expect_eq(glob_matches(rows[i].pattern, rows[i].path), rows[i].matches, "%s on %s",
                     rows[i].pattern, rows[i].path);
}

Test(glob, gives_up_on_patterns_that_explode)
{
    char pattern[256] = "";
    char path[256] = "";

    for (int i = 0; i < 25; i++)
        strcat(pattern, "*a");
    strcat(pattern, "b");
    memset(path, 'a', 200);
    cr_expect_not(glob_matches(pattern, path));
    pattern[0] = '\0';
    for (int i = 0; i < 20; i++)
        strcat(pattern, "{a,aa}");
    cr_expect_not(glob_matches(pattern, "b"));
}

Test(time_bounds, are_the_smallest_multiple_that_leaves_the_margin)
{
    static const struct {
        double slowest_s;
        double factor;
        double resolution_s;
        double limit_s;
    } rows[] = {
        {0, 2, 1, 1},
        {0.001, 2, 1, 1},
        {0.5, 2, 1, 1},
        {0.500001, 2, 1, 2},
        {1.2, 2, 1, 3},
        {1.2, 2, 0.5, 2.5},
        {1.2, 2, 0.1, 2.4},
        {0.3, 1, 0.1, 0.3},
        {0.7, 3, 0.1, 2.1},
        {2, 5, 1, 10},
        {0.01, 1.5, 0.001, 0.015},
        {10, 1, 60, 60},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const double limit = time_limit_of(rows[i].slowest_s, rows[i].factor, rows[i].resolution_s);

        cr_expect_float_eq(limit, rows[i].limit_s, 1e-9, "%g * %g by %g: %g", rows[i].slowest_s,
                           rows[i].factor, rows[i].resolution_s, limit);
        cr_expect(time_limit_leaves(limit, rows[i].slowest_s, rows[i].factor));
        if (limit > rows[i].resolution_s * 1.5)
            cr_expect_not(
                time_limit_leaves(limit - rows[i].resolution_s, rows[i].slowest_s, rows[i].factor));
    }
}
