/* SPDX-License-Identifier: MIT */
/*
 * static_validation.c - the case of a group's static validator: a program of the
 * package that looks at the submission itself, and answers as an output validator.
 */
#include "judging.h"
#include "scratch.h"

#include <stdlib.h>

void case_validate_sources(const struct judging *judging, const struct built *submission,
                           const struct test *test, struct judge_case *made)
{
    const struct dualpipe_limits limits = checker_limits(judging);
    struct texts arguments = {0};
    struct box *box = allocate(sizeof(*box));
    char *feedback = NULL;

    texts_add(&arguments, submission->language->name);
    texts_take(&arguments, built_entry_point(submission));
    texts_add(&arguments, INSIDE_FEEDBACK);
    texts_add_all(&arguments, &judging->problem.groups[test->group].static_args);
    box_make_validator(box, &judging->static_validator, &arguments, &limits);
    texts_release(&arguments);
    box_show_submission(box, submission);
    checker_ask(judging, CHECK_VALIDATOR, box, &feedback, made);
    box_release(box);
    free(box);
    scratch_remove(feedback);
    free(feedback);
}
