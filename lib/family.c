/* SPDX-License-Identifier: MIT */
/* family.c - see family.h. */
#include "family.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHILDREN_SIZE 65536
#define STATUS_BYTES 4096

bool dp_family_read(const char *path, char *text, size_t size)
{
    size_t length = 0;
    ssize_t got = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    while (got > 0 && length < size - 1) { /* it gives a page at a time */
        got = read(fd, text + length, size - 1 - length);
        if (got > 0)
            length += (size_t)got;
    }
    close(fd);
    text[length] = '\0';
    return got >= 0;
}

/* The children of all of its threads. */
static void add_children(struct dp_family *family, pid_t process)
{
    char path[300];
    const struct dirent *entry;
    DIR *tasks;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
    tasks = opendir(path);
    while (tasks && (entry = readdir(tasks)) != NULL) {
        char *at = family->text;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "/proc/%d/task/%.16s/children", (int)process, entry->d_name);
        if (!dp_family_read(path, family->text, CHILDREN_SIZE))
            continue;
        for (long child; family->count < DP_FAMILY_MAX && (child = strtol(at, &at, 10)) > 0;)
            family->members[family->count++] = (pid_t)child;
    }
    if (tasks)
        closedir(tasks);
}

bool dp_family_begin(struct dp_family *family, pid_t init)
{
    *family = (struct dp_family){
        .members = malloc(DP_FAMILY_MAX * sizeof(*family->members)),
        .text = malloc(CHILDREN_SIZE),
    };
    if (!family->members || !family->text)
        return false;
    add_children(family, init);
    return true;
}

pid_t dp_family_next(struct dp_family *family)
{
    pid_t member;

    if (family->next == family->count)
        return 0;
    member = family->members[family->next++];
    add_children(family, member);
    return member;
}

void dp_family_end(struct dp_family *family)
{
    free(family->members);
    free(family->text);
}

/* "NSpid" is the process' number in each namespace that it is in, the innermost
 * one last. No name can have a newline in this file. */
static int number_inside(int proc)
{
    char status[STATUS_BYTES];
    const char *line;
    ssize_t got = -1;
    int number = 0;
    int fd = openat(proc, "status", O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        got = read(fd, status, sizeof(status) - 1);
        close(fd);
    }
    status[got > 0 ? got : 0] = '\0';
    line = strstr(status, "\nNSpid:");
    if (!line)
        return 0;
    line += strlen("\nNSpid:");
    for (char *end; *line && *line != '\n'; line = end) {
        const long value = strtol(line, &end, 10);

        if (end == line)
            break;
        number = (int)value;
        if (*end != '\t')
            break;
    }
    return number;
}

int dp_family_find(pid_t init, int number)
{
    struct dp_family family;
    char path[64];
    int found = -1;

    dp_family_begin(&family, init);
    for (pid_t member; found < 0 && (member = dp_family_next(&family)) > 0;) {
        snprintf(path, sizeof(path), "/proc/%d", (int)member);
        found = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (found >= 0 && number_inside(found) != number) {
            close(found);
            found = -1;
        }
    }
    dp_family_end(&family);
    return found;
}
