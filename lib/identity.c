/* SPDX-License-Identifier: MIT */
/* identity.c - see identity.h. */
#include "identity.h"

#include "descriptor.h"
#include "error.h"
#include "subordinate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether this process' own user namespace has ids of the private range. Returns 1,
 * 0, or a negative errno value: short of descriptors, nothing is known of it. */
static int maps_private_range(const char *path)
{
    unsigned long inside;
    unsigned long outside;
    unsigned long count;
    char text[16384]; /* the kernel keeps at most 340 lines of 33 bytes; nearly always one */
    const char *line = text;
    size_t length = 0;
    ssize_t got = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    while (got > 0 && length < sizeof(text) - 1) {
        got = read(fd, text + length, sizeof(text) - 1 - length);
        if (got > 0)
            length += (size_t)got;
    }
    close(fd);
    text[length] = '\0';
    while (line && sscanf(line, "%lu %lu %lu", &inside, &outside, &count) == 3) {
        if (inside <= DP_UID_FIRST && inside + count >= DP_UID_FIRST + DP_UID_COUNT)
            return 1;
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    return 0;
}

static int open_lock_file(void)
{
    struct stat status;
    int fd;
    int directory;

    if (mkdir(DP_UID_DIRECTORY, 0700) != 0 && errno != EEXIST)
        return -errno;
    directory = open(DP_UID_DIRECTORY, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0)
        return -errno;
    if (fstat(directory, &status) != 0 || status.st_uid != 0 || (status.st_mode & 022) != 0) {
        close(directory);
        return -EPERM;
    }
    fd = openat(directory, DP_UID_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        fd = -errno;
    close(directory);
    return fd < 0 ? fd : dp_descriptor_raise(fd);
}

/* Locks of the open file description: they hold between threads too, and end
 * with the descriptor, however the process ends. */
static bool lock_byte(int fd, unsigned index)
{
    struct flock lock = {
        .l_type = F_WRLCK,
        .l_whence = SEEK_SET,
        .l_start = (off_t)index,
        .l_len = 1,
    };

    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

static int claim_private(struct dp_identity *identity)
{
    const unsigned start = (unsigned)gettid() * 2654435761U;
    int fd = open_lock_file();

    if (fd < 0)
        return fd;
    for (unsigned tried = 0; tried < DP_UID_COUNT; tried++) {
        const unsigned index = (start + tried) % DP_UID_COUNT;

        if (!lock_byte(fd, index))
            continue;
        identity->uid = DP_UID_FIRST + index;
        identity->gid = DP_UID_FIRST + index;
        identity->is_private = true;
        identity->lock_fd = fd;
        return 0;
    }
    close(fd);
    return -EUSERS;
}

/*
 * Root of a user namespace (a rootless container) may be an ordinary user of
 * the host. What belongs to the host's root shows who is: here it belongs to
 * uid 0 only where that is the host's. proc(5), user_namespaces(7).
 */
static bool is_host_root(void)
{
    struct stat status;

    return stat("/proc/version", &status) != 0 || status.st_uid == 0;
}

int dp_identity_claim(struct dp_identity *identity, struct dualpipe_error *error)
{
    int result;

    *identity = (struct dp_identity){.uid = geteuid(), .gid = getegid(), .lock_fd = -1};
    if (identity->uid != 0 || !is_host_root())
        return 0;
    result = maps_private_range("/proc/self/uid_map");
    if (result > 0)
        result = maps_private_range("/proc/self/gid_map");
    if (result < 0)
        return dp_fail(error, DUALPIPE_STEP_CLAIM_ID, -result, "/proc/self/uid_map");
    if (result == 0) {
        dp_fail(error, DUALPIPE_STEP_CLAIM_ID, EPERM, "/proc/self/uid_map");
        dp_advise(error,
                  "as root a box needs uids %u to %u and the same gids in this user "
                  "namespace; run as an ordinary user, or map them",
                  DP_UID_FIRST, DP_UID_FIRST + DP_UID_COUNT - 1);
        return -EPERM;
    }
    result = claim_private(identity);
    if (result == 0)
        return 0;
    dp_fail(error, DUALPIPE_STEP_CLAIM_ID, -result, DP_UID_DIRECTORY "/" DP_UID_FILE);
    if (result == -EPERM)
        dp_advise(error, "%s must belong to root and be writable by nobody else", DP_UID_DIRECTORY);
    else
        dp_advise(error, "root's boxes claim a uid there: make it writable");
    return result;
}

int dp_identity_claim_two(struct dp_identity *target, struct dp_identity *spawner,
                          struct dualpipe_error *error)
{
    const int result = dp_identity_claim(spawner, error);

    if (result < 0)
        return result;
    return spawner->is_private ? dp_identity_claim(target, error)
                               : dp_subordinate_claim(target, error);
}

int dp_identity_check_two(struct dualpipe_error *error)
{
    return geteuid() == 0 && is_host_root() ? 0 : dp_subordinate_check(error);
}

void dp_identity_release(struct dp_identity *identity)
{
    dp_descriptor_close(&identity->lock_fd);
}
