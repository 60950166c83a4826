/* SPDX-License-Identifier: MIT */
/* claim.c - see claim.h. */
#include "claim.h"

#include "descriptor.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int dp_claim(const char *kind, unsigned number)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length; /* the name begins with a NUL, and ends with no other */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -errno;
    fd = dp_descriptor_raise(fd);
    if (fd < 0)
        return fd;
    length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "dualpipe/%s/%u", kind,
                      number);
    if (bind(fd, (const struct sockaddr *)(const void *)&address,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length)) == 0)
        return fd;
    length = -errno;
    close(fd);
    return length;
}
