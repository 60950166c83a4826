/* SPDX-License-Identifier: MIT */
/* quiet.c - see quiet.h. */
#include "quiet.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TASKS_MAX 512
#define DEPTH_MAX 4

/* What was found of all threads of a target so far. */
struct look {
    uint64_t cpu_ns;
    unsigned tasks;
    bool is_awake;  /* one of them runs, or would */
    bool has_timer; /* one of them will wake up by itself */
    bool is_unknown;
    char *waits;
    size_t size;
};

static bool read_text(const char *path, char *text, size_t size)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (fd < 0)
        return false;
    got = read(fd, text, size - 1);
    (void)close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

/* The letter behind the name, which may hold anything. */
static bool is_asleep(const char *stat)
{
    const char *end = strrchr(stat, ')');

    return end && end[1] == ' ' && (end[2] == 'S' || end[2] == 'D' || end[2] == 'Z');
}

/* The call that a thread is in; the telling ones win over a futex. */
static void note_call(struct look *look, const char *text)
{
    char *end;
    const long number = strtol(text, &end, 10);
    const unsigned long first = strtoul(end, NULL, 16);
    const char *what = NULL;

    if (number == SYS_nanosleep || number == SYS_clock_nanosleep)
        look->has_timer = true;
    if (number == SYS_read && first == 0)
        what = "input";
    else if (number == SYS_write && first <= 2)
        what = "its output to be read";
    else if (number == SYS_epoll_wait || number == SYS_poll || number == SYS_select ||
             number == SYS_pselect6 || number == SYS_ppoll)
        what = look->waits[0] ? NULL : "events";
    if (what)
        (void)snprintf(look->waits, look->size, "%s", what);
}

static void look_at_task(struct look *look, const char *directory)
{
    char path[320];
    char text[1024];

    if (++look->tasks > TASKS_MAX) {
        look->is_unknown = true;
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/stat", directory);
    if (!read_text(path, text, sizeof(text)))
        return; /* it is gone */
    if (!is_asleep(text))
        look->is_awake = true;
    (void)snprintf(path, sizeof(path), "%s/schedstat", directory);
    if (read_text(path, text, sizeof(text)))
        look->cpu_ns += strtoull(text, NULL, 10);
    else
        look->is_unknown = true;
    (void)snprintf(path, sizeof(path), "%s/syscall", directory);
    if (read_text(path, text, sizeof(text)) && isdigit((unsigned char)text[0]))
        note_call(look, text);
}

static void look_at_process(struct look *look, pid_t pid, unsigned depth);

static void look_at_children(struct look *look, const char *directory, unsigned depth)
{
    char path[320];
    char text[4096];
    char *at = text;

    (void)snprintf(path, sizeof(path), "%s/children", directory);
    if (depth >= DEPTH_MAX || !read_text(path, text, sizeof(text)))
        return;
    for (;;) {
        char *end;
        const long pid = strtol(at, &end, 10);

        if (end == at || look->tasks > TASKS_MAX)
            return;
        look_at_process(look, (pid_t)pid, depth + 1);
        at = end;
    }
}

static void look_at_process(struct look *look, pid_t pid, unsigned depth)
{
    char directory[64];
    const struct dirent *entry;
    DIR *tasks;

    (void)snprintf(directory, sizeof(directory), "/proc/%d/task", (int)pid);
    tasks = opendir(directory);
    if (!tasks)
        return;
    while ((entry = readdir(tasks))) {
        char task[300];

        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        (void)snprintf(task, sizeof(task), "%s/%s", directory, entry->d_name);
        look_at_task(look, task);
        look_at_children(look, task, depth);
    }
    (void)closedir(tasks);
}

int64_t quiet_look(struct quiet *quiet, pid_t pid, int64_t now_us, char *waits, size_t size)
{
    struct look look = {.waits = waits, .size = size};
    bool is_quiet;

    waits[0] = '\0';
    look_at_process(&look, pid, 0);
    is_quiet = look.tasks > 0 && !look.is_awake && !look.has_timer && !look.is_unknown &&
               look.cpu_ns == quiet->cpu_ns;
    if (!is_quiet)
        quiet->since_us = 0;
    else if (quiet->since_us == 0)
        quiet->since_us = now_us;
    quiet->cpu_ns = look.cpu_ns;
    if (!waits[0])
        (void)snprintf(waits, size, "something else");
    return quiet->since_us;
}
