/* SPDX-License-Identifier: MIT */
/* tries: to make a descriptor out of a message, around every filter of open.
 * stopped by: seccomp (socketpair, recvmsg)
 * options: --on-refusal errno
 * right: ok
 * raw: no: it harms only where a filter lets nothing be opened
 */
#include "../attack.h"

static int attack(int argc, char **argv)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    char byte = 0;
    struct iovec piece = {&byte, 1};
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    int ends[2];

    (void)argc;
    (void)argv;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return held("socketpair");
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(&control.header), &ends[0], sizeof(int));
    if (sendmsg(ends[0], &message, 0) < 0 || recvmsg(ends[1], &message, 0) < 0)
        return held("sendmsg");
    escaped("a descriptor by a message");
    return 0;
}
