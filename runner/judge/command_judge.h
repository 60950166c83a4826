/* SPDX-License-Identifier: MIT */
/* command_judge.h - the commands of dualpipe-judge; argv starts with the name of
 * the command. Each returns the exit status. */
#ifndef RUNNER_JUDGE_COMMAND_JUDGE_H
#define RUNNER_JUDGE_COMMAND_JUDGE_H

int command_judge(int argc, char **argv);
int command_grade(int argc, char **argv);
int command_interact(int argc, char **argv);

/* Print on standard output. Return the exit status. */
int judge_help(void);
int grade_help(void);
int interact_help(void);

#endif
