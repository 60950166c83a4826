/* SPDX-License-Identifier: MIT */
/* notify.c - what is said to, and heard from, a filter's listener. */
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

int dp_notify_receive(int listener, union dp_notification *notification)
{
    struct pollfd wait = {.fd = listener, .events = POLLIN};

    /* Receiving blocks when the caller has died since: look first. */
    if (poll(&wait, 1, 0) <= 0)
        return -EAGAIN;
    if (!(wait.revents & POLLIN))
        return -ENOTCONN;
    memset(notification, 0, sizeof(*notification));
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notification) == 0)
        return 0;
    return errno == ENOENT || errno == EINTR ? -EAGAIN : -errno;
}

int dp_notify_is_alive(int listener, uint64_t id)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0;
}

static int answer(int listener, struct seccomp_notif_resp response)
{
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0 ? 0 : -errno;
}

/* ENOENT: the caller was killed meanwhile, which is as good as any answer. */
static int answer_or_gone(int listener, struct seccomp_notif_resp response)
{
    const int result = answer(listener, response);

    return result == -ENOENT ? 0 : result;
}

int dp_notify_refuse(int listener, uint64_t id, int errnum)
{
    return answer_or_gone(listener, (struct seccomp_notif_resp){.id = id, .error = -errnum});
}

int dp_notify_return_zero(int listener, uint64_t id)
{
    return answer(listener, (struct seccomp_notif_resp){.id = id});
}

int dp_notify_put(int listener, uint64_t id, int fd, int number, bool closes_on_exec)
{
    const struct seccomp_notif_addfd put = {
        .id = id,
        .flags = SECCOMP_ADDFD_FLAG_SETFD,
        .srcfd = (__u32)fd,
        .newfd = (__u32)number,
        .newfd_flags = closes_on_exec ? O_CLOEXEC : 0,
    };

    return ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &put) < 0 ? -errno : 0;
}

int dp_notify_continue_exec(int listener, uint64_t id)
{
    return answer(listener,
                  (struct seccomp_notif_resp){.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

int dp_notify_continue_witnessed(int listener, uint64_t id)
{
    return answer_or_gone(
        listener, (struct seccomp_notif_resp){.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}
