/* SPDX-License-Identifier: MIT */
/* glob.h - the patterns of submissions.yaml: "*" within one name, "{a,b}". */
#ifndef RUNNER_JUDGE_GLOB_H
#define RUNNER_JUDGE_GLOB_H

#include <stdbool.h>

/* Longer ones match nothing: each character may be a level of the search. */
#define GLOB_PATTERN_MAX 1024

/* Does it match the path itself, or a directory that the path lies in? */
bool glob_matches(const char *pattern, const char *path);

#endif
