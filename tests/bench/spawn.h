/* SPDX-License-Identifier: MIT */
/* spawn.h - start a program without any box, to compare with. */
#ifndef BENCH_SPAWN_H
#define BENCH_SPAWN_H

#include <sys/types.h>

/* Start a program with its standard error and, where a descriptor is -1, its
 * standard input and output on /dev/null. It gets no other descriptor that is
 * close-on-exec. Returns its process id, or a negative errno value. */
pid_t spawn_program(const char *const *argv, int input, int output);

/* The least that can be done: vfork(2), dup2(2) and execv(3), with the output in
 * a pipe that is read to its end. Returns as spawn_wait(). */
int spawn_bare(const char *const *argv, int input);

/* Wait for it to end. Returns 0 if it ended well, -EIO if not, or what
 * waitpid(2) says. */
int spawn_wait(pid_t pid);

#endif /* BENCH_SPAWN_H */
