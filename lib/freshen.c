/* SPDX-License-Identifier: MIT */
/* freshen.c - see freshen.h. */
#include "freshen.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

struct attributes { /* struct sched_attr, which no header of Debian 12 has */
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

static bool is_normal(const struct attributes *attributes)
{
    return attributes->policy == SCHED_OTHER || attributes->policy == SCHED_BATCH;
}

static bool is_set(pid_t thread, struct attributes *attributes)
{
    attributes->size = sizeof(*attributes);
    return syscall(SYS_sched_setattr, thread, attributes, 0) == 0;
}

bool dp_slice_set(uint64_t slice_ns)
{
    struct attributes attributes = {0};

    if (syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) != 0 ||
        !is_normal(&attributes))
        return false;
    attributes.runtime = slice_ns;
    return is_set(0, &attributes);
}

bool dp_class_change(pid_t thread, int from, int to)
{
    struct attributes attributes = {0};

    if (syscall(SYS_sched_getattr, thread, &attributes, sizeof(attributes), 0) != 0)
        return errno == ESRCH;
    if (attributes.policy != (uint32_t)from)
        return true;
    attributes.policy = (uint32_t)to;
    return is_set(thread, &attributes) || errno == ESRCH;
}

/* A slice that stays as it is would not be set anew: change it by 1 ns. Older
 * kernels tell no slice, and do nothing. One that has ended meanwhile has been
 * booked; one of another class is booked as late as ever. */
static bool freshen(pid_t thread)
{
    struct attributes attributes = {0};

    if (syscall(SYS_sched_getattr, thread, &attributes, sizeof(attributes), 0) != 0)
        return true;
    if (!is_normal(&attributes) || attributes.runtime == 0)
        return false;
    attributes.runtime ^= 1;
    return is_set(thread, &attributes);
}

bool dp_freshen_process(pid_t process, unsigned *left)
{
    char path[64];
    const struct dirent *entry;
    bool is_fresh = true;
    DIR *threads;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    threads = opendir(path); /* or it has ended */
    while (threads && is_fresh && (entry = readdir(threads)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        is_fresh = *left > 0 && freshen((pid_t)atoi(entry->d_name));
        *left -= *left > 0;
    }
    if (threads)
        closedir(threads);
    return is_fresh;
}

bool dp_freshen_listed(int directory, const char *name, unsigned *left)
{
    char text[4096];
    char *at = text;
    bool is_fresh = true;
    ssize_t got = -1;
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        got = read(fd, text, sizeof(text) - 1);
        close(fd);
    }
    if (got <= 0 || got == (ssize_t)sizeof(text) - 1)
        return false;
    text[got] = '\0';
    for (long thread; is_fresh && (thread = strtol(at, &at, 10)) > 0;) {
        is_fresh = *left > 0 && freshen((pid_t)thread);
        *left -= *left > 0;
    }
    return is_fresh;
}
