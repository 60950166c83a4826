/* SPDX-License-Identifier: MIT */
/* inside.h - names of files in a box's working directory. */
#ifndef RUNNER_INSIDE_H
#define RUNNER_INSIDE_H

#include <stdbool.h>

/* A name in the working directory, without a way out of it. */
bool is_plain_name(const char *name);

/* A relative path that stays below where it starts. */
bool leads_down(const char *path);

#endif
