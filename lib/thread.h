/* SPDX-License-Identifier: MIT */
/* thread.h - threads of the library's own, in a host that knows nothing of them. */
#ifndef DP_THREAD_H
#define DP_THREAD_H

#include <pthread.h>

/* Start a thread with a small stack, and all signals blocked: the host's handlers
 * run in the host's threads. Returns 0 or a negative errno value. */
int dp_thread_start(pthread_t *thread, void *(*begin)(void *argument), void *argument);

#endif
