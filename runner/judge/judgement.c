/* SPDX-License-Identifier: MIT */
/* judgement.c - gives back what a judgement holds. */
#include "judgement_release.h"

#include "default_validator.h"

#include <stdlib.h>

static void release_case(struct judge_case *made)
{
    free(made->name);
    free(made->group);
    free(made->reason);
    free(made->message);
    free(made->team_message);
    free(made->standard_error);
    difference_release(&made->difference);
    for (size_t i = 0; i < made->exchange_count; i++)
        free(made->exchanges[i].text);
    free(made->exchanges);
}

void judge_submission_release(struct judge_submission *submission)
{
    for (size_t i = 0; i < submission->case_count; i++)
        release_case(&submission->cases[i]);
    for (size_t i = 0; i < submission->group_count; i++)
        free(submission->groups[i].name);
    free(submission->cases);
    free(submission->groups);
    free(submission->file);
    free(submission->language);
    free(submission->language_version);
    free(submission->reason);
    free(submission->compile.command);
    free(submission->compile.messages);
    free(submission->expected.source);
    free(submission->disagreement);
    *submission = (struct judge_submission){0};
}

void judgement_release(struct judgement *judgement)
{
    for (size_t i = 0; i < judgement->submission_count; i++)
        judge_submission_release(&judgement->submissions[i]);
    for (size_t i = 0; i < judgement->problem.warning_count; i++)
        free(judgement->problem.warnings[i]);
    free(judgement->submissions);
    free(judgement->problem.warnings);
    free(judgement->problem.path);
    free(judgement->problem.name);
    free(judgement->problem.format);
    free(judgement->error);
    *judgement = (struct judgement){0};
}
