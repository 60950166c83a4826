/* SPDX-License-Identifier: MIT */
/*
 * default_validator.h - the package format's default output validator: tokens
 * compared by bytes, by letters or as numbers. Pure: bytes in, a finding out.
 */
#ifndef RUNNER_JUDGE_DEFAULT_VALIDATOR_H
#define RUNNER_JUDGE_DEFAULT_VALIDATOR_H

#include "judgement.h"

struct comparison {
    bool case_sensitive;
    bool space_change_sensitive;
    bool has_relative;
    bool has_absolute;
    long double relative;
    long double absolute;
    bool exact; /* byte by byte: not of the format, for plain folders */
};

/* Take the validator's arguments. Returns 0, or -1 and *error, the caller's to
 * free: which argument is wrong. */
int comparison_read(struct comparison *comparison, const char *const *arguments, size_t count,
                    char **error);

/* Is the output right? Where it is not, *difference says where it is not: texts
 * that are the caller's to release. */
bool comparison_holds(const struct comparison *comparison, const char *output, size_t output_size,
                      const char *answer, size_t answer_size, struct judge_difference *difference);

/* In one sentence; the caller's to free. */
char *difference_in_words(const struct judge_difference *difference);
void difference_release(struct judge_difference *difference);

#endif
