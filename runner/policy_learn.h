/* SPDX-License-Identifier: MIT */
/* policy_learn.h - the smallest policy that a program still works under. */
#ifndef RUNNER_POLICY_LEARN_H
#define RUNNER_POLICY_LEARN_H

/* argv starts behind "learn". Returns the exit status, or -1 for wrong usage. */
int policy_learn(int argc, char **argv);

#endif
