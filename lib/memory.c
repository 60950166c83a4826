/* SPDX-License-Identifier: MIT */
/* memory.c - see memory.h. */
#include "memory.h"

#include "clock.h"
#include "descriptor.h"
#include "error.h"
#include "run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* No machine fills memory faster than so many bytes in a microsecond. */
#define BYTES_PER_US 8000
#define SHORTEST_NAP_US 2000
#define LONGEST_NAP_US 100000
#define LEEWAY_BYTES (INT64_C(512) << 10)
/* So long may a target take to end that has given its memory back. */
#define ENDING_US DUALPIPE_MILLISECONDS(100)

/* More than any machine has; sums of a few of these still fit. */
#define KIB_MAX (INT64_C(1) << 50)

static int64_t figure(const char *status, const char *key)
{
    const char *line = strstr(status, key);
    const int64_t kib = line ? strtoll(line + strlen(key), NULL, 10) : 0;

    return (kib < 0 ? 0 : kib > KIB_MAX ? KIB_MAX : kib) * 1024;
}

/* A thread that has ended, as the first one may before the others, has no
 * figures any more. */
static bool read_status(int directory, const char *path, struct dp_memory_use *use)
{
    char text[4096];
    ssize_t got = -1;
    int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    got = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (got <= 0)
        return false;
    text[got] = '\0';
    if (!strstr(text, "\nVmData:"))
        return false;
    use->data = figure(text, "\nVmData:");
    use->stack = figure(text, "\nVmStk:");
    use->shared = figure(text, "\nRssShmem:");
    use->held = figure(text, "\nRssAnon:") + use->shared + figure(text, "\nVmPTE:");
    return true;
}

static bool read_thread(const struct dp_run *run, const char *thread, struct dp_memory_use *use)
{
    char path[64];

    snprintf(path, sizeof(path), "task/%.20s/status", thread);
    return read_status(run->box.target_proc, path, use);
}

static bool read_any_thread(const struct dp_run *run, struct dp_memory_use *use)
{
    const struct dirent *entry;
    bool found = false;
    DIR *tasks = dp_descriptor_list(run->box.target_proc, "task");

    while (tasks && !found && (entry = readdir(tasks)) != NULL)
        if (entry->d_name[0] != '.')
            found = read_thread(run, entry->d_name, use);
    if (tasks)
        closedir(tasks);
    return found;
}

bool dp_memory_read(const struct dp_run *run, const struct seccomp_notif *call,
                    struct dp_memory_use *use)
{
    char path[64];

    snprintf(path, sizeof(path), "%u", call->pid);
    if (read_thread(run, path, use))
        return true;
    /* A child's. The id means this caller as long as it waits for its answer. */
    snprintf(path, sizeof(path), "/proc/%u/status", call->pid);
    return read_status(AT_FDCWD, path, use) && dp_notify_is_alive(run->box.listener, call->id);
}

/* "1000-3000 rw-p ..." of one mapping. */
static bool is_unwritable_there(const char *line, uint64_t address)
{
    char *at;
    const uint64_t start = strtoull(line, &at, 16);
    const uint64_t end = *at == '-' ? strtoull(at + 1, &at, 16) : 0;

    return address >= start && address < end && at[0] == ' ' && at[1] && at[2] == '-';
}

bool dp_memory_is_uncounted(const struct dp_run *run, const struct seccomp_notif *call,
                            uint64_t address)
{
    char path[64];
    char line[512];
    bool found = false;
    FILE *maps;

    snprintf(path, sizeof(path), "/proc/%u/maps", call->pid);
    maps = fopen(path, "re");
    while (maps && !found && fgets(line, sizeof(line), maps))
        found = is_unwritable_there(line, address);
    if (maps)
        fclose(maps);
    return found && dp_notify_is_alive(run->box.listener, call->id);
}

static bool read_target(const struct dp_run *run, struct dp_memory_use *use)
{
    char name[16];

    snprintf(name, sizeof(name), "%d", (int)run->box.target);
    return read_thread(run, name, use) || read_any_thread(run, use);
}

/* Of the memory itself, whichever thread lives: dearer, as it is walked. */
static bool read_pinned(const struct dp_run *run, struct dp_memory_use *use)
{
    char text[4096];
    const ssize_t got = run->memory_fd < 0 ? -1 : pread(run->memory_fd, text, sizeof(text) - 1, 0);

    if (got <= 0)
        return false;
    text[got] = '\0';
    use->held = figure(text, "\nAnonymous:");
    return true;
}

void dp_memory_start(struct dp_run *run, bool has_executed)
{
    struct dp_memory_use use;

    if (has_executed) { /* this descriptor pins what the target has now */
        run->memory_fd = openat(run->box.target_proc, "smaps_rollup", O_RDONLY | O_CLOEXEC);
        if (run->memory_fd >= 0)
            run->memory_fd = dp_descriptor_raise(run->memory_fd);
    } else if (run->job.function && read_target(run, &use)) {
        run->memory_before_bytes = use.held; /* a copy of the host's */
    }
}

/* Threads that come and go can be missed one look, and then are looked for by
 * what they share. */
static bool look(struct dp_run *run, struct dp_memory_use *use)
{
    if (run->memory_fd < 0 && run->setup.spawn != DP_SPAWN_NONE && dp_box_has_executed(&run->box))
        dp_memory_start(run, true);
    if (!read_target(run, use) && !read_pinned(run, use))
        return false;
    use->held -= run->memory_before_bytes;
    return true;
}

int64_t dp_memory_leeway(const struct dp_run *run)
{
    const struct dp_program *program = &run->setup.program;
    const int64_t limit = run->setup.limits.memory_bytes;
    const int64_t part = limit / 256 + LEEWAY_BYTES;

    return (part < limit / 8 ? part : limit / 8) + (program->is_copied ? program->size_bytes : 0);
}

/* What a bind shows: one file, or all of a directory's file system. */
static bool shows(const struct dualpipe_bind *bind, dev_t device, ino_t inode)
{
    struct stat status;

    return stat(bind->host, &status) == 0 && status.st_dev == device &&
           (S_ISDIR(status.st_mode) || status.st_ino == inode);
}

/* A file that the job lets the target read as it is: its standard input, or one of a bind,
 * where no other bind lets it write. By its inode, since what is shared without a name is
 * on one device with a host's own files in memory. */
static bool is_given(const struct dp_run *run, dev_t device, ino_t inode)
{
    const struct dp_stream *input = &run->streams.stream[DP_INPUT];
    bool is_shown =
        input->given_inode != 0 && input->given_inode == inode && input->given_device == device;

    for (size_t i = 0; i < run->job.bind_count; i++)
        if (shows(&run->job.binds[i], device, inode)) {
            if (run->job.binds[i].writable)
                return false;
            is_shown = true;
        }
    return is_shown;
}

/* "1000-3000 rw-s 00001000 00:1a 77 /name": is it one that counts? Returns false where the
 * line is none of these. */
static bool read_mapping(const struct dp_run *run, const char *line, bool *is_own_shared)
{
    char access[5] = "";
    unsigned device[2];
    unsigned long inode;

    if (sscanf(line, "%*x-%*x %4s %*x %x:%x %lu", access, &device[0], &device[1], &inode) != 4)
        return false;
    *is_own_shared =
        access[3] == 's' && !is_given(run, makedev(device[0], device[1]), (ino_t)inode);
    return true;
}

/* Bytes of what the target mapped as shared, and has not been given. -ESRCH: nothing is
 * mapped, since that thread has ended; or why it cannot be read. */
static int64_t shared_of_thread(const struct dp_run *run, const char *path)
{
    char line[512];
    bool is_counted = false;
    bool is_start = true; /* of a line: what a file's long name says is none */
    int64_t bytes = -ESRCH;
    int fd = openat(run->box.target_proc, path, O_RDONLY | O_CLOEXEC);
    FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");

    if (!maps) {
        bytes = -errno;
        dp_descriptor_close(&fd);
        return bytes;
    }
    while (fgets(line, sizeof(line), maps)) {
        if (is_start && read_mapping(run, line, &is_counted))
            bytes = bytes < 0 ? 0 : bytes;
        else if (is_start && is_counted && strncmp(line, "Rss:", 4) == 0)
            bytes += strtoll(line + 4, NULL, 10) * 1024;
        is_start = strchr(line, '\n') != NULL;
    }
    fclose(maps);
    return bytes;
}

static int64_t shared_of_any_thread(const struct dp_run *run)
{
    const struct dirent *entry;
    int64_t bytes = -ESRCH;
    DIR *tasks = dp_descriptor_list(run->box.target_proc, "task");

    if (!tasks)
        return -errno;
    while (bytes < 0 && (entry = readdir(tasks)) != NULL) {
        char path[64];

        snprintf(path, sizeof(path), "task/%.20s/smaps", entry->d_name);
        if (entry->d_name[0] != '.')
            bytes = shared_of_thread(run, path);
    }
    closedir(tasks);
    return bytes;
}

/*
 * Programs and libraries count as .shared where the host has them in a tmpfs, but are
 * none of the target's. It is dearer to know. Who has ended since holds nothing; where
 * it cannot be read of one who has not, all of it counts: but for a host that is short of
 * descriptors, which says nothing of the target, and looks again.
 */
static int64_t mapped_as_shared(const struct dp_run *run, int64_t otherwise)
{
    int64_t bytes = shared_of_thread(run, "smaps");

    if (bytes < 0)
        bytes = shared_of_any_thread(run);
    if (bytes >= 0)
        return bytes;
    if (dp_is_shortage((int)-bytes) || dp_descriptor_await(run->box.target_pidfd, ENDING_US))
        return 0;
    return otherwise;
}

static bool is_too_much(const struct dp_run *run, struct dp_memory_use *use)
{
    const int64_t limit = run->setup.limits.memory_bytes + dp_memory_leeway(run);

    if (use->held > limit && use->shared > 0) {
        use->held -= use->shared;
        use->shared = mapped_as_shared(run, use->shared);
        use->held += use->shared;
    }
    return use->held > limit;
}

int64_t dp_memory_look(struct dp_run *run, int64_t now_us)
{
    const int64_t limit = run->setup.limits.memory_bytes;
    struct dp_memory_use use = {0};
    int64_t nap = SHORTEST_NAP_US;

    if (limit == DUALPIPE_UNLIMITED || run->setup.cgroup.kind != DP_CGROUP_NONE)
        return DP_NEVER; /* a memory cgroup counts every page */
    if (run->memory_look_us != 0 && now_us < run->memory_look_us)
        return run->memory_look_us;
    if (run->memory_look_us == 0 || look(run, &use)) /* at first it has only just begun */
        nap = (limit - use.held) / BYTES_PER_US;
    run->facts.memory_fired = is_too_much(run, &use);
    if (use.held > run->memory_held_bytes)
        run->memory_held_bytes = use.held;
    if (run->facts.memory_fired)
        return DP_NEVER;
    if (nap < SHORTEST_NAP_US)
        nap = SHORTEST_NAP_US;
    run->memory_look_us = dp_deadline(now_us, nap < LONGEST_NAP_US ? nap : LONGEST_NAP_US);
    return run->memory_look_us;
}
