/* SPDX-License-Identifier: MIT */
/* thread.c - see thread.h. */
#include "thread.h"

#include <signal.h>
#include <stddef.h>

#define STACK_BYTES ((size_t)512 * 1024)

int dp_thread_start(pthread_t *thread, void *(*begin)(void *argument), void *argument)
{
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;
    int errnum;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    errnum = pthread_create(thread, &attributes, begin, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return -errnum;
}
