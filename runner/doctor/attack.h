/* SPDX-License-Identifier: MIT */
/* attack.h - `dualpipe doctor --attack`: the attack suite, on this host. */
#ifndef RUNNER_DOCTOR_ATTACK_H
#define RUNNER_DOCTOR_ATTACK_H

#include <stdbool.h>

/* Hand on to the suite, which takes this process' place. names: parts of the
 * names of attacks; none: all. Returns, with the exit status, only where that
 * cannot be. */
int doctor_attack(char **names, int count, bool json);

#endif
