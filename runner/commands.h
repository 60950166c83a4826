/* SPDX-License-Identifier: MIT */
/* commands.h - the commands of `dualpipe`; each returns the exit status. */
#ifndef RUNNER_COMMANDS_H
#define RUNNER_COMMANDS_H

#define EXIT_OTHER_VERDICT 1 /* the target got another verdict than ok */
#define EXIT_NO_VERDICT 2    /* usage error, or the box could not be made */

/* argv starts behind the command's name. closed has a bit for each of the
 * descriptors 0 to 2 that the caller had closed. */
int command_run(int argc, char **argv, unsigned closed);
int command_batch(int argc, char **argv, unsigned closed);
int command_policy(int argc, char **argv);
int command_doctor(int argc, char **argv);
/* judge, grade, interact: by a program of its own, dualpipe-judge, which takes
 * this one's place. argv starts with the command's name. */
int command_judge_elsewhere(int argc, char **argv);
int command_help(int argc, char **argv);

/* Print on standard output. Returns the exit status. */
int help_print(void);
int help_print_run(void);
int help_print_batch(void);
int help_print_policy(void);
int help_print_doctor(void);
int help_print_version(void);

#endif
