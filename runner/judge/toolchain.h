/* SPDX-License-Identifier: MIT */
/* toolchain.h - the compilers and interpreters that the table of languages names. */
#ifndef JUDGE_TOOLCHAIN_H
#define JUDGE_TOOLCHAIN_H

#include "language.h"

/* Where a command's program is on the host. Returns its path, the caller's to
 * free, or NULL. */
char *toolchain_find(const char *program);

/* The first line that the version query says, or NULL; the caller's to free. */
char *toolchain_version(const struct language *language);

/*
 * Does the compiler work in the box that submissions are compiled in? One that lies
 * where the policy shows nothing, or needs its user's home, does not, whatever the
 * submission. Asked once a compilation has failed, by the version query: it works on the
 * host, and in the box it does not. Returns NULL where it works or that cannot be told,
 * else why not; the caller's to free.
 */
char *toolchain_why_not(const struct language *language, const int *cancel_fd);

#endif
