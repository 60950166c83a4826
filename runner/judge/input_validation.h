/* SPDX-License-Identifier: MIT */
/* input_validation.h - the package's input validators, built and asked. */
#ifndef RUNNER_JUDGE_INPUT_VALIDATION_H
#define RUNNER_JUDGE_INPUT_VALIDATION_H

#include "judging.h"

/* Those that can be run, and where they lie in the package. */
struct input_validators {
    struct judging *judging;
    struct built *built;
    const char **paths;
    size_t count;
};

/* Returns 0, or -1 and judgement.error. To be released in any case. */
int input_validators_build(struct input_validators *validators, struct judging *judging);
void input_validators_release(struct input_validators *validators);

/* Do all of them accept the input of a case? Returns 1, or 0 and *said, by which
 * of them and why not; -1 and judgement.error: it could not be found out. */
int input_validators_ask(struct input_validators *validators, const struct test *test, char **said);

#endif
