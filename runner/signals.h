/* SPDX-License-Identifier: MIT */
/* signals.h - INT, TERM and HUP become bytes on a pipe. */
#ifndef RUNNER_SIGNALS_H
#define RUNNER_SIGNALS_H

/*
 * From now on each of them makes *fd readable, and ends a system call that
 * blocks with EINTR. One that the caller had ignored (nohup) stays ignored.
 * SIGPIPE and SIGXFSZ are ignored: a report that cannot be written is told of
 * by the errno value. Returns 0 or a negative errno value.
 */
int signals_catch(int *fd);

#endif
