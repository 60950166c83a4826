/* SPDX-License-Identifier: MIT */
/* foreign.c - see foreign.h; the other side is child/enter.c. */
#include "foreign.h"

#include "child/child.h"
#include "descriptor.h"

#include <errno.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* It makes two calls, neither of which waits. */
#define OPEN_TIMEOUT_US DUALPIPE_SECONDS(10)
#define KILL_TIMEOUT_US DUALPIPE_SECONDS(1)

/* Where it stands, for as long as it lives. */
struct desk {
    struct dp_entry entry;
    struct open_how how;
    char stack[8192] __attribute__((aligned(16)));
};

static long start(struct desk *desk)
{
    sigset_t all;
    sigset_t before;
    long result;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    result = dp_child_enter(&desk->entry, desk->stack + sizeof(desk->stack));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result;
}

/* One that somebody holds still is ended: it would go on some time with numbers that
 * mean other descriptors by then. Returns false where it still stands there. */
static bool await(const struct dp_entry *entry)
{
    bool is_over = dp_descriptor_await(entry->pidfd, OPEN_TIMEOUT_US);
    siginfo_t info;

    if (!is_over) {
        syscall(SYS_pidfd_send_signal, entry->pidfd, SIGKILL, NULL, 0);
        is_over = dp_descriptor_await(entry->pidfd, KILL_TIMEOUT_US);
    }
    while (waitid(P_PIDFD, (id_t)entry->pidfd, &info, WEXITED | WNOHANG | __WALL) < 0 &&
           errno == EINTR)
        ;
    return is_over;
}

int dp_foreign_open(int process_fd, int directory, const char *name, const struct open_how *how)
{
    struct desk *desk =
        mmap(NULL, sizeof(*desk), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long result;

    if (desk == MAP_FAILED)
        return -ENOMEM;
    desk->how = *how;
    desk->entry = (struct dp_entry){
        .process_fd = process_fd,
        .directory = directory,
        .name = name,
        .how = &desk->how,
        .how_size = sizeof(desk->how),
        .pidfd = -1,
        .result = -ESRCH, /* somebody else ended it */
    };
    result = start(desk);
    if (result >= 0 && !await(&desk->entry))
        return -ETIMEDOUT;
    if (result >= 0)
        result = desk->entry.result;
    dp_descriptor_close(&desk->entry.pidfd);
    munmap(desk, sizeof(*desk));
    return result < 0 ? (int)result : dp_descriptor_raise((int)result);
}
