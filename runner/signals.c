/* SPDX-License-Identifier: MIT */
/* signals.c - INT, TERM and HUP become bytes on a pipe. */
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* The one global of the command: a handler is given nothing else. */
static int wake_fd = -1;

/* A full pipe is as good as one more byte. */
static void wake(int number)
{
    int saved = errno;

    (void)number;
    (void)!write(wake_fd, "", 1);
    errno = saved;
}

static int catch_one(int number)
{
    struct sigaction action = {.sa_handler = wake}; /* no SA_RESTART */
    struct sigaction before;

    if (sigaction(number, NULL, &before) < 0)
        return -errno;
    if (before.sa_handler == SIG_IGN)
        return 0;
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, NULL) < 0 ? -errno : 0;
}

int signals_catch(int *fd)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    int ends[2];
    size_t i;

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return -errno;
    wake_fd = ends[1];
    *fd = ends[0];
    if (sigaction(SIGPIPE, &ignore, NULL) < 0 || sigaction(SIGXFSZ, &ignore, NULL) < 0)
        return -errno;
    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        int status = catch_one(numbers[i]);

        if (status < 0)
            return status;
    }
    return 0;
}
