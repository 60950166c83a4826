/* SPDX-License-Identifier: MIT */
/* judge_package.h - a problem package that a test makes and takes away. */
#ifndef TESTS_JUDGE_PACKAGE_H
#define TESTS_JUDGE_PACKAGE_H

#include "problem.h"

struct package {
    char directory[64];
};

/* With data/secret/1 and data/secret/2, and nothing more. */
void package_make(struct package *package);
void package_put(const struct package *package, const char *name, const char *text);
void package_put_case(const struct package *package, const char *name);
void package_remove(const struct package *package);

/* problem.yaml of a version, with more lines. */
void package_put_settings(const struct package *package, const char *version, const char *more);

#endif
